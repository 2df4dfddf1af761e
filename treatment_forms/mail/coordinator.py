"""What the coordinator's mail says: enough to act, nothing that would hurt in a wrong mailbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from treatment_forms import conf, languages
from treatment_forms.answers import get_email, get_topic_label, read_answers, show_name
from treatment_forms.mail.parcel import Parcel
from treatment_forms.models import Attachment, Delivery, Submission
from treatment_forms.models.labels import translate_snapshot
from treatment_forms.models.releases import get_releases
from treatment_forms.states import Verdict


@dataclass(frozen=True)
class Opening:
    """How a mail to staff begins; what follows is the same for all of them."""

    subject: str
    first_line: str


def build(delivery: Delivery, parcel: Parcel) -> EmailMultiAlternatives:
    return write(delivery, parcel, _open)


def _open(submission: Submission) -> Opening:
    names = {"reference": submission.reference}
    subject = _("Test request %(reference)s") if submission.is_test else _("Request %(reference)s")
    return Opening(subject % names, _("A request has arrived: %(reference)s") % names)


def write(
    delivery: Delivery, parcel: Parcel, opening: Callable[[Submission], Opening]
) -> EmailMultiAlternatives:
    """Written in the coordinators' language (`STAFF_LANGUAGE`), not in the visitor's.

    Args:
        opening: called in that language.
    """
    submission = delivery.submission
    answers = submission.answers
    reply_to = get_email(submission.form_snapshot, answers)
    with translation.override(languages.get_staffs()):
        begins = opening(submission)
        context = {
            **_get_context(submission, answers, parcel),
            "first_line": begins.first_line,
            "is_answerable": bool(reply_to),
        }
        message = EmailMultiAlternatives(
            subject=begins.subject,
            body=render_to_string("treatment_forms/mail/coordinator.txt", context),
            reply_to=[reply_to] if reply_to else None,
        )
        html = render_to_string("treatment_forms/mail/coordinator.html", context)
    message.attach_alternative(html, "text/html")
    return message


def _get_context(submission: Submission, answers: dict[str, Any], parcel: Parcel) -> dict[str, Any]:
    snapshot = translate_snapshot(submission)
    return {
        "submission": submission,
        "topic": get_topic_label(snapshot, submission.topic),
        "language": languages.get_name(submission.language_code),
        "answers": [answer for answer in read_answers(snapshot, answers) if answer.is_for_mail],
        "files": list(_describe_files(submission, parcel)),
        "url": _get_url("treatment_forms_desk:request", submission.reference),
        "link": parcel.link,
    }


def _describe_files(submission: Submission, parcel: Parcel) -> Iterator[dict[str, Any]]:
    files = submission.attachments.all()
    is_released = any(file.verdict == Verdict.RELEASED for file in files)
    releases = get_releases(submission.pk) if is_released else {}
    for file in files:
        release = releases.get(file.pk) if file.verdict == Verdict.RELEASED else None
        state = str(release or file.get_verdict_display())
        yield {**_describe(submission, file, parcel), "state": state}


def _describe(submission: Submission, file: Attachment, parcel: Parcel) -> dict[str, Any]:
    name, part = show_name(file.name), parcel.attached.get(file.position)
    sent_as = part.get_filename() if part else None
    return {
        "name": name,
        "size": file.size,
        "is_attached": part is not None,
        "sent_as": sent_as if sent_as != name else None,
        "is_gone": not file.stored_name or file.deleted_at is not None,
        "url": _get_url("treatment_forms_desk:file", submission.reference, file.position),
    }


def _get_url(name: str, *args: Any) -> str:
    base: str = conf.get("BASE_URL")
    return base.rstrip("/") + reverse(name, args=args)

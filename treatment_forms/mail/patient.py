"""The confirmation to the sender: that we have the request, and where to see what becomes of it.

Whoever wrote the address may have mistyped it, or typed somebody else's. So it holds nothing
that was written, no answers and no names of files; what else came from this address stands in
it, because nobody but its owner reads it here. There is no address to reply to: those of the
staff would be given to everybody who fills in a form, and papers would come past every check.
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from treatment_forms import conf, languages
from treatment_forms.lines import list_lines
from treatment_forms.mail.parcel import Parcel
from treatment_forms.models import Delivery, Submission, TreatmentFormPage
from treatment_forms.models.earlier import get_earlier
from treatment_forms.tokens import make_mailed_status_token

# RFC 3834 §5, and Exchange's own way to say so: no holiday note is to answer this.
HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def build(delivery: Delivery, parcel: Parcel) -> EmailMultiAlternatives:
    """Written in the language of the request."""
    submission = delivery.submission
    with translation.override(languages.get_spoken(submission.language_code)):
        context = _get_context(delivery)
        message = EmailMultiAlternatives(
            subject=_("We have your request %(reference)s") % {"reference": submission.reference},
            body=render_to_string("treatment_forms/mail/patient.txt", context),
            headers=dict(HEADERS),
        )
        html = render_to_string("treatment_forms/mail/patient.html", context)
    message.attach_alternative(html, "text/html")
    return message


def _get_context(delivery: Delivery) -> dict[str, Any]:
    submission = delivery.submission
    page = TreatmentFormPage.objects.filter(pk=submission.form_page_id).first()
    return {
        "reference": submission.reference,
        "is_test": submission.is_test,
        "form_page": page,
        "contacts": _list_contacts(page),
        "earlier": list(get_earlier(submission, at=delivery.created_at)),
        "url": _get_url(submission),
    }


def _list_contacts(page: TreatmentFormPage | None) -> list[str]:
    """As on the form, which a host may have filled with its own; the first line is a heading."""
    context = {"form_page": page, "heading": "h2"}
    return list_lines(render_to_string("treatment_forms/contacts.html", context))


def _get_url(submission: Submission) -> str:
    base: str = conf.get("BASE_URL")
    token = make_mailed_status_token(submission.reference)
    return base.rstrip("/") + reverse("treatment_forms:status", args=[token])

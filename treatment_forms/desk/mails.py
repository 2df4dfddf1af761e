"""How the mails of a request stand, in one word, and the links that they brought."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from treatment_forms.models import Delivery, FileLink, Submission, SubmissionEvent
from treatment_forms.states import CLAIMABLE, FAILED, DeliveryState

NONE = _("No mail")


def summarise(deliveries: Iterable[Delivery]) -> Promise | str:
    """The worst of what stands of the mails to staff; of two to one address the later counts."""
    last = {
        (mail.kind, mail.recipient): mail
        for mail in sorted(deliveries, key=lambda mail: mail.pk)
        if mail.kind != Delivery.Kind.CONFIRMATION
    }
    states = {DeliveryState(mail.state) for mail in last.values()}
    if not states:
        return NONE
    if states & FAILED:
        return _("Failed")
    if states & CLAIMABLE:
        return _("On its way")
    if DeliveryState.ACCEPTED in states:
        return DeliveryState.ACCEPTED.label
    return _("Delivered")


@dataclass
class Link:
    """One link with its uses, each a time and a file's number."""

    link: FileLink
    state: Promise | str
    is_open: bool
    uses: list[SubmissionEvent] = field(default_factory=list)


def get_links(submission: Submission, *, at: datetime) -> list[Link]:
    """The links in the mails of one request. Two queries."""
    rows = FileLink.objects.filter(delivery__submission=submission)
    uses = defaultdict(list)
    for event in submission.events.filter(kind=SubmissionEvent.Kind.LINK_USED):
        uses[event.detail["link"]].append(event)
    return [
        Link(link, state=_tell(link, at=at), is_open=_is_open(link, at=at), uses=uses[link.pk])
        for link in rows.select_related("delivery").order_by("pk")
    ]


def _is_open(link: FileLink, *, at: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > at


def _tell(link: FileLink, *, at: datetime) -> Promise:
    if link.revoked_at:
        return _("Switched off")
    return pgettext_lazy("link in a mail", "Open") if _is_open(link, at=at) else _("Expired")

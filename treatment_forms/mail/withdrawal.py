"""What staff are told once a request is withdrawn, whatever the mail was to say before."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from treatment_forms import conf, languages
from treatment_forms.mail.parcel import Parcel
from treatment_forms.models import Delivery


def build(delivery: Delivery, parcel: Parcel) -> EmailMultiAlternatives:
    submission = delivery.submission
    base: str = conf.get("BASE_URL")
    path = reverse("treatment_forms_desk:request", args=[submission.reference])
    context = {"submission": submission, "url": base.rstrip("/") + path}
    with translation.override(languages.get_staffs()):
        names = {"reference": submission.reference}
        message = EmailMultiAlternatives(
            subject=_("Withdrawn: request %(reference)s") % names,
            body=render_to_string("treatment_forms/mail/withdrawal.txt", context),
        )
        html = render_to_string("treatment_forms/mail/withdrawal.html", context)
    message.attach_alternative(html, "text/html")
    return message

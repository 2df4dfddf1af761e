"""What staff are told when files were added: the same mail, with another beginning."""

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from treatment_forms.mail import coordinator
from treatment_forms.mail.coordinator import Opening
from treatment_forms.mail.parcel import Parcel
from treatment_forms.models import Delivery, Submission


def build(delivery: Delivery, parcel: Parcel) -> EmailMultiAlternatives:
    return coordinator.write(delivery, parcel, _open)


def _open(submission: Submission) -> Opening:
    names = {"reference": submission.reference}
    return Opening(
        subject=_("Files added: request %(reference)s") % names,
        first_line=_(
            "The person who sent the request %(reference)s has sent more files. All of its files "
            "are listed below, the latest ones last."
        )
        % names,
    )

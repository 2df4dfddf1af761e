"""What is said when nobody has opened a request for long: the same mail, with another beginning."""

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
        subject=_("Not opened yet: request %(reference)s") % names,
        first_line=_(
            "Nobody has opened this request yet: %(reference)s. Please open it, or ask a "
            "colleague to."
        )
        % names,
    )

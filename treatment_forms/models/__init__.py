from treatment_forms.models.access import FormAccess
from treatment_forms.models.attachments import Attachment, StagedFile, Upload, UploadPart
from treatment_forms.models.consents import ConsentApproval, ConsentGiven, ConsentText
from treatment_forms.models.default_form import default_fields
from treatment_forms.models.deliveries import (
    Alarm,
    Delivery,
    DeliveryAttempt,
    FileLink,
    ProviderNotice,
)
from treatment_forms.models.fields import TreatmentFormField
from treatment_forms.models.going_live import approve_consents
from treatment_forms.models.pages import TreatmentFormPage
from treatment_forms.models.submissions import Replay, Submission, SubmissionEvent, Tally

__all__ = [
    "Alarm",
    "Attachment",
    "ConsentApproval",
    "ConsentGiven",
    "ConsentText",
    "Delivery",
    "DeliveryAttempt",
    "FileLink",
    "FormAccess",
    "ProviderNotice",
    "Replay",
    "StagedFile",
    "Submission",
    "SubmissionEvent",
    "Tally",
    "TreatmentFormField",
    "TreatmentFormPage",
    "Upload",
    "UploadPart",
    "approve_consents",
    "default_fields",
]

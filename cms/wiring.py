"""Where the site and the plugin, which do not know each other, are put together."""

from home import request_forms
from treatment_forms.models import TreatmentFormPage, standing

request_forms.register(
    request_forms.Kind(TreatmentFormPage, standing.find_shown, standing.find_hidden)
)

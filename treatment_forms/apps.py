from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreatmentFormsConfig(AppConfig):
    name = "treatment_forms"
    verbose_name = _("Treatment requests")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anymail.signals import tracking

        from treatment_forms import checks  # noqa: F401  (registers them)
        from treatment_forms.webhooks import hear

        tracking.connect(hear, dispatch_uid="treatment_forms")

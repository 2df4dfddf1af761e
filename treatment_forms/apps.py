from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreatmentFormsConfig(AppConfig):
    name = "treatment_forms"
    verbose_name = _("Treatment requests")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anymail.signals import tracking
        from django.db.models.signals import pre_save
        from wagtail.models import Page, Revision

        from treatment_forms import checks  # noqa: F401  (registers them)
        from treatment_forms.models import going_live
        from treatment_forms.webhooks import hear

        tracking.connect(hear, dispatch_uid="treatment_forms")
        pre_save.connect(
            going_live.check_schedule, sender=Revision, dispatch_uid="treatment_forms.schedule"
        )
        pre_save.connect(
            going_live.check_bare_page, sender=Page, dispatch_uid="treatment_forms.bare_page"
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from home import (
            checks,  # noqa: F401  (registers its checks)
            privacy,
            rich_text,
        )
        from home.documents import pages  # noqa: F401  (registers its kinds of pages)
        from home.publishing import doors

        doors.connect()
        privacy.install()
        rich_text.install()

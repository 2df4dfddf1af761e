from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailboxConfig(AppConfig):
    """Shows every mail that was sent. Exists in development settings only."""

    name = "cms.mailbox"
    verbose_name = _("Development mailbox")

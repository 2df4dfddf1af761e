from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class FormAccessQuerySet(models.QuerySet["FormAccess"]):
    def for_user(self, user: Any) -> "FormAccessQuerySet":
        return self.filter(group__user=user)


class FormAccess(models.Model):
    """Whose requests a group may read: those of one form, in all its languages.

    Keyed by the form's translation key, not by its page: access to a request must not vanish
    with the page, nor be handed out by whoever may edit the page.
    """

    form_key = models.UUIDField(_("form"))
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")

    objects = FormAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to requests")
        verbose_name_plural = _("access to requests")
        constraints = [
            models.UniqueConstraint(fields=("form_key", "group"), name="one_access_per_group")
        ]

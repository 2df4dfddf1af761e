"""What a translator that does not answer tells the editor."""

import logging
from collections.abc import Callable
from typing import Any

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

# A refusal (wrong key, no credit left) comes as JSON of another shape, an outage as no JSON at all.
FAILURES: tuple[type[Exception], ...] = (
    *(requests.RequestException, KeyError, TypeError, ValueError),
)


def answer(translate: Callable[[], Any], name: str) -> Any:
    """What the machine says, or words for the editor; the admin shows them and changes nothing."""
    try:
        return translate()
    except FAILURES as error:
        log.warning("machine translation by %s failed: %s", name, type(error).__name__)
        message = _("%(translator)s gave no translation. Nothing was changed; try again later.")
        raise ValidationError(message % {"translator": name}) from error

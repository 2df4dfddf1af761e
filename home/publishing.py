"""The publishing gate: what must be true of a page before a reader may see it."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a page from being published.

    `field` names the model field an editor mends it in, `code` is stable for machines.
    """

    field: str
    code: str
    message: str | Promise

"""What each translator has seen of the strings they edit, kept in their own session.

wagtail-localize's editor sends a text and nothing about the one it replaces.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from home.translations.judge import is_machine

SESSION_KEY = "seen_translations"
KEPT = 50  # pages open at one time, with room


def see_all(request: Any, translation: Any) -> None:
    """Its editor was opened: every string of it has been seen as it stands now."""
    seen = dict(request.session.get(SESSION_KEY, {}))
    seen[get_page(translation.source.object_id, translation.target_locale_id)] = now()
    request.session[SESSION_KEY] = dict(list(seen.items())[-KEPT:])


def see(request: Any, stored: Any) -> None:
    """This one string has been seen as it stands now."""
    seen = dict(request.session.get(SESSION_KEY, {}))
    seen[get_string(stored)] = now()
    request.session[SESSION_KEY] = dict(list(seen.items())[-KEPT:])


def has_changed_unseen(request: Any, stored: Any) -> bool:
    """Whether somebody else, no machine, changed the string after this person last saw it."""
    if stored.last_translated_by_id == request.user.pk:
        return False
    if is_machine(stored.translation_type, stored.tool_name):
        return False
    seen = request.session.get(SESSION_KEY, {})
    times = [seen.get(get_string(stored)), seen.get(get_page_of(stored))]
    seen_at = max((datetime.fromisoformat(time) for time in times if time), default=None)
    return seen_at is None or stored.updated_at > seen_at


def get_page_of(stored: Any) -> str:
    return get_page(stored.context.object_id, stored.locale_id)


def get_page(object_id: Any, locale_id: int) -> str:
    return f"{object_id}:{locale_id}"


def get_string(stored: Any) -> str:
    return f"string:{stored.pk}"


def now() -> str:
    return timezone.now().isoformat()

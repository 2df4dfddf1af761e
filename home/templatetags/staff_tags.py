"""What only staff see. Pages of everybody else stay the same for all, and cacheable."""

from typing import Any

from django import template
from django.conf import settings
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_bar(context: dict[str, Any]) -> str:
    """Wagtail's user bar, where the request carries a session.

    Wagtail's own tag looks at the user first, which reads the session and makes every page
    vary by cookie.
    """
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(wagtailuserbar(context))

"""What a page says to apps: typed, in JSON, with nothing of Wagtail's inside.

`build(page)` makes the documents that `cms.delivery` keeps. Each app declares its own kinds of
pages (`register`) and blocks (`fills`); the ground knows nobody above it.
"""

from home.documents.build import Built, build
from home.documents.context import NotServable
from home.documents.disclaimers import build_disclaimer
from home.documents.kinds import get_kind, register

__all__ = ["Built", "NotServable", "build", "build_disclaimer", "get_kind", "register"]

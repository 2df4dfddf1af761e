"""Where links inside a page lead: an id for each heading of its body."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import slugify

# What our templates and the forms below an article call their own parts. A heading of that name
# would take the skip link, a button or a label with it. tests/home/test_anchors.py finds others.
TAKEN = frozenset(
    {
        *("main", "more", "request", "request-teaser", "disclaimer", "corrections", "search-query"),
        *("gallery", "accreditations", "prices", "doctors", "faq", "gate-notice", "preview-link"),
    }
)
TAKEN_PREFIXES = ("tf-", "id_", "footer-")


def find_anchor(body: Any, heading: Any) -> str:
    """The id of this heading (a block's value) among those of the body it stands in.

    That of the words alone where it may be had, so that links to it keep leading there.
    """
    anchors = (anchor for value, anchor in get_anchors(body) if value is heading)
    return next(anchors, "") or make_anchor(heading["text"])


def get_anchors(body: Any) -> Iterator[tuple[Any, str]]:
    given: set[str] = set()
    for child in body or ():
        if child.block_type == "heading":
            stem = make_anchor(child.value["text"])
            anchor, number = stem, 1
            while anchor in given:
                number += 1
                anchor = f"{stem}-{number}"
            given.update({anchor} - {""})
            yield child.value, anchor


def make_anchor(text: str) -> str:
    slug = slugify(text, allow_unicode=True)
    return f"h-{slug}" if slug in TAKEN or slug.startswith(TAKEN_PREFIXES) else slug

"""Which kinds of pages there are, and how each is told of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from home.documents.parts import Card, PageDocument


@dataclass(frozen=True)
class Kind:
    """
    Args:
        name: the `type` of its documents.
        fill: what the document holds beyond `PageDocument`.
        fill_card: what the card holds beyond `Card`.
    """

    name: str
    document: type[PageDocument]
    fill: Callable[[Any, Any], dict[str, Any]]
    card: type[Card] = Card
    fill_card: Callable[[Any, Any], dict[str, Any]] = lambda page, context: {}


KINDS: dict[type[Any], Kind] = {}


def register(model: type[Any], kind: Kind) -> None:
    KINDS[model] = kind


def get_kind(page: Any) -> Kind:
    """The kind of a page, specific or not; pages nobody declared are of the plainest."""
    model = page.specific_class
    return KINDS.get(model) or next(kind for known, kind in KINDS.items() if kind.name == "page")

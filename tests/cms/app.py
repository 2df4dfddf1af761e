"""An app that follows the changes, and one that lists everything."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

REFERENCE = re.compile(r'\{"key": "([\w-]+)", "version": (\d+)\}')


def get(path: str, expected: int = 200) -> Any:
    response = Client().get(f"/api/v1/{path}")
    assert response.status_code == expected, response.content
    return response.json()


@dataclass
class App:
    """What an app holds after it has applied all changes in their order."""

    locale: str = ""
    limit: int = 100
    cursor: str = ""
    pages: dict[int, Any] = field(default_factory=dict)
    disclaimers: dict[tuple[str, str], Any] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    applied: list[tuple[str, Any]] = field(default_factory=list)

    def sync(self) -> None:
        has_more = True
        while has_more:
            answer = self.ask()
            assert len(answer["changes"]) <= self.limit
            for change in answer["changes"]:
                self.apply(change)
            self.cursor, has_more = answer["cursor"], answer["has_more"]

    def show(self, page_id: int) -> dict[str, Any]:
        """A page with the disclaimers that it refers to as they read now."""
        kept = self.pages[page_id]
        locale = kept["card"]["locale"]

        def bring_up_to_date(found: re.Match[str]) -> str:
            key, version = found[1], self.disclaimers[found[1], locale]["version"]
            assert version >= int(found[2])
            return f'{{"key": "{key}", "version": {version}}}'

        shown: dict[str, Any] = json.loads(REFERENCE.sub(bring_up_to_date, json.dumps(kept)))
        return shown

    def ask(self) -> Any:
        query = f"sync?limit={self.limit}"
        query += f"&cursor={self.cursor}" if self.cursor else ""
        return get(query + (f"&locale={self.locale}" if self.locale else ""))

    def apply(self, change: Any) -> None:
        self.applied.append((change["change"], change.get("id", change.get("key"))))
        if change["change"] == "upsert":
            self.pages[change["id"]] = {name: change[name] for name in ("card", "body")}
        elif change["change"] == "remove":
            self.pages.pop(change["id"], None)
            self.reasons[change["id"]] = change["reason"]
        elif change["change"] == "disclaimer":
            self.disclaimers[change["key"], change["locale"]] = change["disclaimer"]
        else:
            self.disclaimers.pop((change["key"], change["locale"]), None)


def list_everything(kind: str, locale: str = "en") -> dict[int, Any]:
    """By the lists, with their texts."""
    found: dict[int, Any] = {}
    cursor: str | None = ""
    while cursor is not None:
        query = f"{kind}?limit=3&fields=card,body&locale={locale}"
        answer = get(f"{query}&cursor={cursor}" if cursor else query)
        found |= {item["card"]["id"]: item for item in answer["items"]}
        cursor = answer["next"]
    return found

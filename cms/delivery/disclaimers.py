"""Disclaimers are documents of their own: no page is built anew when one is published."""

import re
from typing import Any

from cms.delivery.models import DisclaimerText
from cms.delivery.stamps import make_etag
from home import documents
from home.models import Disclaimer

# What a page says of its disclaimer. No text can hold these bytes: its quotes are escaped.
NAMED = re.compile(rb'\{"key":"([-\w]+)","version":\d+\}')
UNSAID = b'{"key":"%b","version":0}'


def without_version(body: bytes) -> bytes:
    """The page's body as it is stored: which version it is, is said when it is read."""
    return NAMED.sub(lambda found: UNSAID % found[1], body)


def with_version(body: bytes, key: str, version: int) -> bytes:
    name = key.encode()
    return body.replace(UNSAID % name, b'{"key":"%b","version":%d}' % (name, version))


def make(disclaimer: Disclaimer) -> dict[str, Any]:
    body = documents.build_disclaimer(disclaimer) if disclaimer.is_valid else b""
    return {
        "key": disclaimer.key,
        "translation_key": str(disclaimer.translation_key),
        "locale": disclaimer.locale.language_code,
        "version": disclaimer.version,
        "heading": disclaimer.heading,
        "text": disclaimer.body,
        "is_valid": disclaimer.is_valid,
        "body": body,
        "etag": make_etag(body),
    }


def refresh(disclaimer: Disclaimer) -> bool:
    """Write its text as it stands. Whether it has become valid, or is so no more."""
    stored = DisclaimerText.objects.filter(pk=disclaimer.pk).first()
    made = make(disclaimer)
    if stored is None and not disclaimer.is_valid:
        return False
    if stored is None or get_differences(stored, made):
        columns = {**made, "change": None}
        DisclaimerText.objects.bulk_create(
            [DisclaimerText(disclaimer_id=disclaimer.pk, **columns)],
            update_conflicts=True,
            unique_fields=["disclaimer_id"],
            update_fields=list(columns),
        )
    return (stored is not None and stored.is_valid) != disclaimer.is_valid


def ensure(translation_key: str, locale: str) -> None:
    """Write this one where it is missing: migrations insert disclaimers without telling anybody."""
    place = {"translation_key": translation_key, "locale": locale}
    if DisclaimerText.objects.filter(**place, is_valid=True).exists():
        return
    found = Disclaimer.objects.filter(
        translation_key=translation_key, locale__language_code=locale
    ).first()
    if found is not None:
        refresh(found)


def get_differences(stored: DisclaimerText, made: dict[str, Any]) -> list[str]:
    return [
        name
        for name, value in made.items()
        if (bytes(stored.body) if name == "body" else getattr(stored, name)) != value
    ]


def remove(disclaimer_id: int) -> None:
    gone = {"is_valid": False, "body": b"", "heading": "", "text": "", "change": None}
    DisclaimerText.objects.filter(pk=disclaimer_id).update(**gone)


def refresh_all() -> None:
    for disclaimer in Disclaimer.objects.select_related("locale"):
        refresh(disclaimer)
    known = Disclaimer.objects.values("pk")
    for pk in DisclaimerText.objects.exclude(pk__in=known).values_list("pk", flat=True):
        remove(pk)

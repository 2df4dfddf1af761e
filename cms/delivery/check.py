"""Finds documents that are not what their pages say."""

from collections.abc import Iterator

from wagtail.models import Page

from cms.delivery import build, disclaimers
from cms.delivery.models import DisclaimerText, Document, Reason
from cms.delivery.resolve import get_all
from home.models import Disclaimer


def find_differences() -> Iterator[str]:
    yield from compare_disclaimers()
    for page_id in sorted(get_all()):
        difference = compare(page_id)
        if difference:
            yield f"page {page_id}: {difference}"


def compare(page_id: int) -> str:
    """How the document of one page differs from a fresh build, or nothing."""
    page = Page.objects.filter(pk=page_id).first()
    made = build.make(page.specific if page else None)
    stored = Document.objects.filter(pk=page_id).first()
    is_there = stored is not None and stored.is_public
    if isinstance(made, Reason):
        return f"should not be there ({made.value})" if is_there else ""
    if stored is None or not is_there:
        return "is missing"
    names = build.get_differences(stored, made)
    return f"differs in {', '.join(names)}" if names else ""


def compare_disclaimers() -> Iterator[str]:
    stored = {text.pk: text for text in DisclaimerText.objects.all()}
    for disclaimer in Disclaimer.objects.select_related("locale"):
        text = stored.pop(disclaimer.pk, None)
        if text is None:
            if disclaimer.is_valid:
                yield f"disclaimer {disclaimer.pk}: is missing"
        elif names := disclaimers.get_differences(text, disclaimers.make(disclaimer)):
            yield f"disclaimer {disclaimer.pk}: differs in {', '.join(names)}"
    for pk, text in stored.items():
        if text.is_valid:
            yield f"disclaimer {pk}: should not be there"

"""Fills in Wagtail's own forms, as the browser would send them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.blocks import BlockField, ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from home.models import Disclaimer


def make_administrator() -> Any:
    user, _created = get_user_model().objects.get_or_create(
        username="administrator", defaults={"is_superuser": True, "is_staff": True}
    )
    return user


def enter() -> Client:
    """A browser with an administrator logged in; an error in a view is an answer, not a crash."""
    client = Client(raise_request_exception=False)
    client.force_login(make_administrator())
    return client


def fill_in(page: Page, **changes: Any) -> dict[str, Any]:
    """The editor's form of a page as it stands (its latest draft), with some fields changed."""
    page = page.get_latest_revision_as_object() if page.pk else page
    for name, value in changes.items():
        setattr(page, name, value)
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=make_administrator())
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        data[name] = encode(field, form[name].value())
    for name in form.formsets:
        data[name] = inline_formset([])
    return {k: v for k, v in nested_form_data(data).items() if v is not None}


def encode(field: Any, value: Any) -> Any:
    if isinstance(field, BlockField):
        return encode_block(field.block, value)
    if value is False:
        return None
    return getattr(value, "pk", field.prepare_value(value)) if value is not None else ""


def encode_block(block: Any, value: Any) -> Any:
    if isinstance(block, StreamBlock):
        children = ((child.block, child.block_type, child.value) for child in value)
        return streamfield([(name, encode_block(b, v)) for b, name, v in children])
    if isinstance(block, StructBlock):
        return {name: encode_block(b, value.get(name)) for name, b in block.child_blocks.items()}
    if isinstance(block, ListBlock):
        raise NotImplementedError("no test fills in a list")
    if isinstance(block, RichTextBlock):
        return rich_text(value.source if value else "", features=block.features)
    return getattr(value, "pk", value) or ""


def fill_in_disclaimer(disclaimer: Disclaimer, **changes: Any) -> dict[str, Any]:
    values = {"key": disclaimer.key, "heading": disclaimer.heading, "body": disclaimer.body}
    values |= changes
    return {**values, "body": rich_text(values["body"], features=["bold", "link"])}

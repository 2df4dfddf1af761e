"""The documents of pages that only the site as a whole knows."""

from typing import Annotated, Any, Literal

from pydantic import Field

from home.documents.context import Context
from home.documents.kinds import Kind, register
from home.documents.parts import Card, PageDocument
from treatment_forms.models import TreatmentFormPage


class FormDocument(PageDocument):
    """The page of a request form. Draw the form from `/forms/{key}`."""

    type: Literal["form"] = Field(...)
    key: Annotated[str, Field(description="What `/forms/{key}` takes.")]


class FormCard(Card):
    type: Literal["form"] = Field(...)
    key: Annotated[str, Field(description="What `/forms/{key}` takes.")]


def fill_form(page: TreatmentFormPage, context: Context) -> dict[str, Any]:
    return {"key": str(page.translation_key)}


register(TreatmentFormPage, Kind("form", FormDocument, fill_form, FormCard, fill_form))

"""A form over the wire: what an app needs to draw it and to check answers before it sends them."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

Key = Annotated[str, Field(description="Never changes, and is the same in all languages.")]
Kind = Literal[
    "singleline",
    "multiline",
    "email",
    "phone",
    "country",
    "page",
    "dropdown",
    "radio",
    "checkboxes",
    "checkbox",
    "consent",
    "files",
    "date",
    "number",
    "url",
    "hidden",
]


class FormSummary(Schema):
    key: Annotated[str, Field(description="The form's, the same in all its languages.")]
    locale: str
    title: str
    button: str
    url: Annotated[str, Field(description="Of its page on the web.")]
    locales: Annotated[list[str], Field(description="In which the form can be sent.")]


class FormList(Schema):
    items: list[FormSummary]
    next: Annotated[None, Field(description="There is one page of forms.")] = None


class FormChoice(Schema):
    key: Key
    label: str


class FormField(Schema):
    key: Key
    kind: Kind
    label: str
    hint: str
    required: bool
    choices: Annotated[
        list[FormChoice], Field(description="In their order; empty where any will do.")
    ]
    default: Annotated[str, Field(description="What stands there at first; may be empty.")]


class FormConsent(Schema):
    key: Key
    required: bool
    text: Annotated[str, Field(description="All that is agreed to, word for word: show it whole.")]


class FormFiles(Schema):
    required: bool
    max_files: int
    max_file_bytes: int
    media_types: Annotated[list[str], Field(description="DICOM may have any name or none.")]
    help: str
    error_help: Annotated[str, Field(description="For when sending files does not work.")]


class FormWords(Schema):
    """Rich text, ready for a web view, and as lines without markup."""

    html: str
    lines: list[str]


class FormTexts(Schema):
    heading: str
    offer: str
    button: str
    above_fields: str
    intro: FormWords
    disclosure: Annotated[FormWords, Field(description="Who arranges, and who pays us.")]
    emergency_note: Annotated[str, Field(description="Show it with the form, always.")]
    answer_time: str
    after_sending: FormWords
    contacts: Annotated[list[str], Field(description="Other ways to reach us, a line each.")]


class Form(FormSummary):
    """Everything in `locale`: draw `fields` in order, show `texts`, send what fits `answers`."""

    direction: Literal["ltr", "rtl"]
    fields: list[FormField]
    consents: Annotated[list[FormConsent], Field(description="The fields of this kind, in full.")]
    files: Annotated[FormFiles | None, Field(description="Null: this form takes none.")]
    texts: FormTexts
    closed_countries: Annotated[
        list[str], Field(description="From which we cannot take requests (ISO 3166-1).")
    ]
    answers: Annotated[
        dict[str, Any],
        Field(
            description=(
                "JSON Schema 2020-12 of the member `answers` of a request. What does not fit it "
                "is refused; what fits it may still be, where only we can tell (a telephone "
                "number that nobody has)."
            )
        ),
    ]

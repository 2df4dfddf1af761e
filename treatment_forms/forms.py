"""The visitor's form, made of the editor's fields."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import BaseForm, FormBuilder

from treatment_forms import choices
from treatment_forms.files.faults import FileError
from treatment_forms.formfields import (
    CHOOSE,
    Choices,
    LongSelect,
    PhoneField,
    get_country_choices,
    get_page_choices,
)

KINDS = (
    ("singleline", _("Single line of text")),
    ("multiline", _("Several lines of text")),
    ("email", _("E-mail")),
    ("phone", _("Telephone with country code")),
    ("country", _("Country")),
    ("page", _("Choice of pages (clinics)")),
    ("dropdown", _("Drop-down list")),
    ("radio", _("One of several")),
    ("checkboxes", _("Some of several")),
    ("checkbox", _("Yes or no")),
    ("consent", _("Consent")),
    ("files", _("Files")),
    ("date", _("Date")),
    ("number", pgettext_lazy("kind of a question", "Number")),
    ("url", _("Web address")),
    ("hidden", _("Hidden")),
)
WITH_CHOICES = frozenset({"dropdown", "radio", "checkboxes", "page"})
TOKEN = "form_token"  # noqa: S105  (a name; see `tokens`)
# A question that only machines see and answer. No browser or keeper of passwords has anything to
# fill in for it: it sounds like no part of a name, an address, an account or a card.
TRAP = "subject_line"
# Names on the wire that are no answers.
RESERVED = frozenset(
    {"files", "uploads", "remove", "submission_id", "complete", "source", "as", TOKEN, TRAP}
)

MAX_LINE = 255
MAX_TEXT = 10_000
AUTOCOMPLETE = {"full_name": "name", "email": "email", "country": "country"}
CHOOSE_ONE = _("Please choose one.")
MISSING = {
    **dict.fromkeys(("radio", "dropdown", "country", "page"), CHOOSE_ONE),
    "checkboxes": _("Please choose at least one."),
    "consent": _("Please tick this box: without your consent we may not read your request."),
    "email": _("Please write your e-mail address, so that we can answer."),
}


def get_wording(row: Any) -> str:
    """All that somebody agrees to who ticks this consent."""
    return "\n\n".join(filter(None, (row.label, row.help_text)))


@dataclass(frozen=True)
class FormSpec:
    """What an editor decided, all that a form is made of."""

    rows: list[Any]  # TreatmentFormField in their order
    closed_countries: frozenset[str] = frozenset()
    attach_help: str = ""
    upload_error_help: str = ""

    @property
    def files_row(self) -> Any:
        """The field for files, if there is one."""
        return next((row for row in self.rows if row.field_type == "files"), None)


class VisitorForm(BaseForm):
    """Answers without files: those are judged while the request is read, and only shown here.

    Attributes:
        uploads: files that are here already, `StagedFile`.
        file_errors: what is wrong with files, in words.
    """

    spec: ClassVar[FormSpec]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "tf-%s")
        super().__init__(*args, **kwargs)
        self.uploads: list[Any] = []
        self.file_errors: list[FileError] = []
        self.source: Any = None

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """For templates, in the editor's order: `{"kind", "row", "field"}`; files have no field."""
        for row in self.spec.rows:
            bound = None if row.field_type == "files" else self[row.clean_name]
            yield {"kind": row.field_type, "row": row, "field": bound}

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the summary above the form: where to go, and what to mend there."""
        found = [
            {"href": bound.id_for_label or bound.auto_id, "label": bound.label, "text": error}
            for bound in self
            for error in bound.errors
        ]
        label = self.spec.files_row.label if self.spec.files_row else ""
        return [
            *found,
            *({"href": "tf-files", "label": label, "text": str(one)} for one in self.file_errors),
        ]

    def clean(self) -> dict[str, Any]:
        for row in self.spec.rows:
            if row.field_type not in {"multiline", "files"} and self.has_controls(row.clean_name):
                text = _("This must be one line of plain text.")
                self.add_error(row.clean_name, ValidationError(text, code="one_line"))
        for key in self.keys_of("country"):
            if self.cleaned_data.get(key) in self.spec.closed_countries:
                text = _("We are sorry: we cannot take requests from this country.")
                self.add_error(key, ValidationError(text, code="closed_country"))
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned

    def has_controls(self, name: str) -> bool:
        sent = [*self.data.getlist(name), *self.data.getlist(f"{name}-country")]
        return any(unicodedata.category(char) == "Cc" for value in sent for char in value)

    def keys_of(self, kind: str) -> list[str]:
        return [row.clean_name for row in self.spec.rows if row.field_type == kind]

    @property
    def answers(self) -> dict[str, Any]:
        """What is kept, by key. Consents are kept word for word elsewhere, too."""
        return {key: self.cleaned_data[key] for key in self.fields}

    @property
    def topic(self) -> str:
        """The key of the answer that says what the request is about: of the field `topic`."""
        kinds = {row.clean_name: row.field_type for row in self.spec.rows}
        fit = kinds.get("topic") in {"dropdown", "radio"}
        return str(self.cleaned_data["topic"]) if fit else ""

    @property
    def given_consents(self) -> list[tuple[str, str]]:
        """Key and full wording of each consent that was given."""
        return [
            (row.clean_name, get_wording(row))
            for row in self.spec.rows
            if row.field_type == "consent" and self.cleaned_data.get(row.clean_name)
        ]

    @property
    def snapshot(self) -> list[dict[str, Any]]:
        """The fields as this visitor saw them; holds none of the answers."""
        return [
            {
                "key": row.clean_name,
                "kind": row.field_type,
                "label": row.label,
                "choices": self._labels(row),
            }
            for row in self.spec.rows
        ]

    def _labels(self, row: Any) -> dict[str, str]:
        if row.field_type not in WITH_CHOICES:
            return {}
        return {str(key): str(label) for key, label in self.fields[row.clean_name].choices if key}


class VisitorFormBuilder(FormBuilder):
    """Wagtail's builder with choices by key, our kinds, and limits for every text.

    Args:
        pages: the choices of each field that chooses a page, by key.
    """

    def __init__(self, fields: list[Any], pages: dict[str, Choices]) -> None:
        super().__init__(fields)
        self.pages = pages

    def get_field_options(self, field: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_field_options(field)
        options["initial"] = options["initial"] or None
        missing = MISSING.get(field.field_type, _("Please fill this in."))
        options["error_messages"] = {"required": missing}
        return options

    def create_singleline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.CharField(max_length=MAX_LINE, **options)

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 6})
        return LinesField(max_length=MAX_TEXT, widget=widget, **options)

    def create_hidden_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.CharField(max_length=MAX_LINE, widget=forms.HiddenInput, **options)

    def create_url_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        made: forms.Field = super().create_url_field(field, {**options, "max_length": 2000})
        return made

    def create_number_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(max_digits=20, decimal_places=6, **options)

    def create_date_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def create_phone_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return PhoneField(**options)

    def create_consent_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.BooleanField(**{**options, "initial": False})

    def create_checkbox_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.BooleanField(**{**options, "initial": bool(options["initial"])})

    def create_country_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.ChoiceField(choices=get_country_choices(), widget=LongSelect, **options)

    def create_page_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return forms.ChoiceField(choices=self.pages[field.clean_name], widget=LongSelect, **options)

    def create_dropdown_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        listed = [CHOOSE, *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(choices=listed, **options)

    def get_formatted_field_choices(self, field: Any) -> list[tuple[str, str]]:
        return list(choices.parse(field.choices).items())

    def get_formatted_field_initial(self, field: Any) -> list[str]:
        return [key for key in field.default_value.replace(",", "\n").split() if key]


class LinesField(forms.CharField):
    """Text of several lines; browsers send CR LF, we keep LF."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def build_form(spec: FormSpec) -> type[VisitorForm]:
    """A form class for one page. Costs a query or two for each choice of pages."""
    rows = [row for row in spec.rows if row.field_type != "files"]
    pages = {row.clean_name: get_page_choices(row) for row in rows if row.field_type == "page"}
    form_class = type("RequestForm", (VisitorForm,), {"spec": spec})
    # Set afterwards, because a field may be called as an attribute of forms is, like `prefix`.
    form_class.base_fields = _build_fields(Recipe(rows, pages))  # type: ignore[attr-defined]  # Django's metaclass makes it
    return form_class


class Recipe:
    """What fields are made of; equal where the same fields would come of it."""

    def __init__(self, rows: list[Any], pages: dict[str, Choices]) -> None:
        self.rows, self.pages = rows, pages
        words = (
            tuple(getattr(row, field.attname) for field in row._meta.concrete_fields)
            for row in rows
        )
        lists = ((name, tuple(choices)) for name, choices in pages.items())
        self.content = (get_language(), *words, *lists)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


# Making a dozen fields anew for each request costs as much as storing it; each form copies them.
@lru_cache(maxsize=64)
def _build_fields(recipe: Recipe) -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = dict(VisitorFormBuilder(recipe.rows, recipe.pages).formfields)
    for key, form_field in made.items():
        if key in AUTOCOMPLETE:
            form_field.widget.attrs.setdefault("autocomplete", AUTOCOMPLETE[key])
        if isinstance(form_field, forms.EmailField | forms.URLField):
            form_field.widget.attrs["dir"] = "ltr"  # also in Arabic
    return made

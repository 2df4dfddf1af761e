"""Forms for apps to draw: which there are, and one of them whole, in the asked language."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Router, Schema
from wagtail.rich_text import expand_db_html

from treatment_forms.api import describe
from treatment_forms.api.answers_schema import list_choices, make_schema
from treatment_forms.api.form_schemas import (
    Form,
    FormChoice,
    FormConsent,
    FormField,
    FormFiles,
    FormList,
    FormSummary,
    FormTexts,
    FormWords,
)
from treatment_forms.api.problems import Problem
from treatment_forms.files.kinds import INSPECTORS
from treatment_forms.forms import VisitorForm, get_wording
from treatment_forms.lines import list_lines
from treatment_forms.models import TreatmentFormPage
from treatment_forms.models.standing import may_be_shown
from treatment_forms.privacy import public

router = Router(tags=["requests"])

Twins = Mapping[str, TreatmentFormPage]  # one form, by language
CACHE_CONTROL = "public, max-age=0, must-revalidate"
LOCALE = {
    "name": "locale",
    "in": "query",
    "required": True,
    "description": "The language of everything in the answer. No other is passed off as it.",
    "schema": {"type": "string", "minLength": 2, "maxLength": 20},
}
DESCRIPTION: dict[str, Any] = {"parameters": [LOCALE]}
NOT_CHANGED = {304: None}


@router.get(
    "/forms",
    operation_id="list_forms",
    summary="Forms that can be sent",
    response={200: FormList, **NOT_CHANGED, **describe.errors(400, 422)},
    openapi_extra=DESCRIPTION,
)
def list_forms(request: HttpRequest) -> HttpResponse:
    """404 names the languages that there are forms in."""
    locale = read_locale(request)
    forms = group(find_pages())
    known = sorted({code for twins in forms for code in twins})
    if locale not in known:
        raise refuse(locale, "unknown_locale", locales=known)
    with translation.override(locale):
        items = [FormSummary(**make_card(twins, locale)) for twins in forms if locale in twins]
        return answer(request, FormList(items=items), locale)


@router.get(
    "/forms/{key}",
    operation_id="get_form",
    summary="A form, whole",
    response={200: Form, **NOT_CHANGED, **describe.errors(400, 422)},
    openapi_extra=DESCRIPTION,
)
def get_form(request: HttpRequest, key: str) -> HttpResponse:
    """404 names the languages of the form where it is not there in the asked one."""
    locale = read_locale(request)
    twins = next(iter(group(find_pages(translation_key=read_key(key)))), None)
    if twins is None:
        raise Http404
    if locale not in twins:
        raise refuse(locale, "not_in_this_language", available=sorted(twins))
    with translation.override(locale):
        return answer(request, make_document(twins, locale), locale)


# --- What is asked for ---------------------------------------------------------------


def read_locale(request: HttpRequest) -> str:
    """
    Raises:
        Problem: it is missing or given twice, or something else is asked for.
    """
    unknown = next((name for name in request.GET if name != "locale"), None)
    asked = request.GET.getlist("locale")
    if unknown is not None:
        field = unknown[:40].encode("ascii", "replace").decode()
        text = _("The only parameter here is “locale”.")
        raise Problem(400, "unknown_parameter", text, field=field)
    if len(asked) > 1:
        text = _("The parameter “locale” is given twice.")
        raise Problem(400, "repeated_parameter", text, field="locale")
    if not asked or not 2 <= len(asked[0]) <= 20:
        text = _("Please say in which language: ?locale=en")
        raise Problem(422, "invalid", text, field="locale")
    return asked[0].lower()


def read_key(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as error:
        raise Http404 from error


def refuse(locale: str, code: str, **languages: Any) -> Problem:
    there = next(iter(languages.values()))
    text = _("This is not there in the language you asked for. There is: %(languages)s.")
    words = text % {"languages": ", ".join(there) or "–"}
    return Problem(404, code, words, field="locale", **languages)


def find_pages(**wanted: Any) -> list[TreatmentFormPage]:
    """Those that everybody may see."""
    rows = public(TreatmentFormPage.objects.live()).filter(**wanted)
    return [page for page in rows.select_related("locale").order_by("path") if may_be_shown(page)]


def group(pages: list[TreatmentFormPage]) -> list[dict[str, TreatmentFormPage]]:
    forms: dict[UUID, dict[str, TreatmentFormPage]] = {}
    for page in pages:
        twins = forms.setdefault(page.translation_key, {})
        twins.setdefault(page.locale.language_code.lower(), page)
    return list(forms.values())


def answer(request: HttpRequest, document: Schema, locale: str) -> HttpResponse:
    content = document.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match", "")
    if tag in known or known.strip() == "*":
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(content, content_type="application/json")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = CACHE_CONTROL
    translation.activate(locale)  # until the API ends the request: `Content-Language`
    return response


# --- What is told --------------------------------------------------------------------


def make_card(twins: Twins, locale: str) -> dict[str, Any]:
    page = twins[locale]
    return {
        "key": str(page.translation_key),
        "locale": page.locale.language_code,
        "title": page.title,
        "button": page.button_label,
        "url": page.full_url or "",
        "locales": sorted(twin.locale.language_code for twin in twins.values()),
    }


def make_document(twins: Twins, locale: str) -> Form:
    page = twins[locale]
    form_class = page.form_class
    rows = form_class.spec.rows
    return Form(
        **make_card(twins, locale),
        direction="rtl" if translation.get_language_bidi() else "ltr",
        fields=[make_field(row, form_class) for row in rows],
        consents=[make_consent(row) for row in rows if row.field_type == "consent"],
        files=make_limits(page, form_class),
        texts=make_texts(page),
        closed_countries=sorted(form_class.spec.closed_countries),
        answers=make_schema(form_class),
    )


def make_field(row: Any, form_class: type[VisitorForm]) -> FormField:
    listed = list_choices(row, form_class)
    return FormField(
        key=row.clean_name,
        kind=row.field_type,
        label=row.label,
        hint=row.help_text,
        required=row.required,
        choices=[FormChoice(key=key, label=label) for key, label in listed],
        default=row.default_value,
    )


def make_consent(row: Any) -> FormConsent:
    return FormConsent(key=row.clean_name, required=row.required, text=get_wording(row))


def make_limits(page: TreatmentFormPage, form_class: type[VisitorForm]) -> FormFiles | None:
    row = form_class.spec.files_row
    if row is None:
        return None
    return FormFiles(
        required=row.required,
        max_files=page.max_files,
        max_file_bytes=page.max_file_bytes,
        media_types=sorted(INSPECTORS),
        help=page.attach_help,
        error_help=page.upload_error_help,
    )


def make_texts(page: TreatmentFormPage) -> FormTexts:
    contacts = render_to_string(
        "treatment_forms/contacts.html", {"form_page": page, "heading": "h2"}
    )
    return FormTexts(
        heading=page.pitch_heading,
        offer=page.pitch,
        button=page.button_label,
        above_fields=page.form_intro,
        intro=make_words(page.intro),
        disclosure=make_words(page.disclosure),
        emergency_note=page.emergency_note,
        answer_time=page.answer_time,
        after_sending=make_words(page.thanks),
        contacts=list_lines(contacts),
    )


def make_words(text: str) -> FormWords:
    html = expand_db_html(text)
    return FormWords(html=html, lines=list_lines(html))

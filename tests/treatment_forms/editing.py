"""What an editor does with a form page in the Wagtail admin."""

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from tests.treatment_forms.pages import RECIPIENT, get_root


def make_data(*fields: dict[str, str], initial: int = 0, **changes: Any) -> Any:
    """What the browser posts for a new form; `initial` rows of it were there already."""
    rows = [
        {
            "id": "",
            "field_type": "singleline",
            "label": "",
            "required": "on",
            "help_text": "",
            "choices": "",
            "choose_from": "",
            "default_value": "",
            "clean_name": "",
            **field,
        }
        for field in fields
    ]
    data = {
        "title": "Ask us",
        "slug": "ask-us",
        "intro": rich_text(""),
        "pitch_heading": "Application",
        "pitch": "",
        "button_label": "Send a request",
        "form_intro": "",
        "disclosure": rich_text(""),
        "max_files": "10",
        "max_file_mb": "10",
        "upload_error_help": "",
        "recipients": RECIPIENT,
        "fallback_recipient": "",
        "files_in_mail": "link",
        "thanks": rich_text(""),
        "answer_time": "",
        "emergency_note": "Call your local emergency number.",
        "contacts": rich_text(""),
        "fields": inline_formset(rows, initial=initial),
        "comments": inline_formset([]),
        "action-publish": "1",
        **changes,
    }
    return nested_form_data(data)


def add(admin: Client, data: Any) -> Any:
    url = reverse(
        "wagtailadmin_pages:add", args=["treatment_forms", "treatmentformpage", get_root().pk]
    )
    return admin.post(url, data)


def edit(admin: Client, page: Page, data: Any) -> Any:
    return admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)

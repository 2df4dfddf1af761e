"""From the editor's hand to the coordinator's mailbox, with nothing but the plugin and Wagtail."""

import pytest
from django.test import Client

from tests.treatment_forms.editing import add, make_data
from tests.treatment_forms.posting import (
    ANSWERS,
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    list_uploads,
    post,
)
from treatment_forms.models import TreatmentFormPage, default_fields
from treatment_forms.states import DeliveryState

pytestmark = pytest.mark.django_db


def test_a_form_is_published_a_request_taken_and_mailed(admin, clamd, mailoutbox):
    rows = [
        {
            "field_type": row.field_type,
            "label": row.label,
            "help_text": row.help_text,
            "choices": row.choices,
            "clean_name": row.clean_name,
            "required": "on" if row.required else "",
        }
        for row in default_fields()
    ]
    add(admin, make_data(*rows, initial=len(rows)))
    page = TreatmentFormPage.objects.get()
    papers = (Sent("analysis.pdf", PDF), Sent("photo.jpg", PNG))

    assert Client().get(page.url).status_code == 200
    follow(post(page, *papers))

    submission = check_invariants(accepted=True, files=papers)
    assert submission.deliveries.get(kind="coordinator").state == DeliveryState.ACCEPTED
    mail, confirmation = mailoutbox
    assert confirmation.to == [ANSWERS["email"]]
    assert mail.to == ["coordinator@example.org"]
    assert mail.reply_to == [ANSWERS["email"]]
    assert submission.reference in mail.subject
    assert "analysis.pdf" in mail.body
    assert ANSWERS["full_name"] not in mail.body
    assert mail.attachments == []
    assert list_uploads() == []

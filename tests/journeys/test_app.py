"""An app developer's way through the API, with a client generated from its contract."""

import hashlib
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from home.models import SiteSettings
from tests.app_client import NAME, AppClient, generate
from tests.cast import log_in, make_editor
from tests.cms.test_preview import make_link
from tests.factories import make_clinic, make_hero, make_image, make_news
from tests.treatment_forms.calling import ANSWERS
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.samples import PNG, make_pdf
from treatment_forms.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection")]


@pytest.fixture(scope="module")
def app(tmp_path_factory: Any) -> Iterator[AppClient]:
    folder: Path = tmp_path_factory.mktemp("client")
    generate(folder)
    sys.path.insert(0, str(folder))
    yield AppClient(NAME)
    sys.path.remove(str(folder))


def read_all(app: AppClient) -> dict[int, Any]:
    held: dict[int, Any] = {}
    cursor, has_more = None, True
    while has_more:
        options = {"cursor": cursor} if cursor else {}
        answer = app.call("content.sync", limit=2, **options)
        for change in answer.changes:
            if isinstance(change, app.models.Upsert):
                held[change.id] = change
        cursor, has_more = answer.cursor, answer.has_more
    return held


def send(app: AppClient, key: str, *files: tuple[str, str, bytes]) -> Any:
    manifest = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, _kind, content in files
    ]
    document = {"locale": "en", "answers": ANSWERS, "manifest": manifest}
    body = app.models.SendRequestFilesBody.from_dict({"request": document})
    body.files = [
        app.types.File(payload=content, file_name=name, mime_type=kind)
        for name, kind, content in files
    ]
    return app.call("requests.send_request", key, body=body, idempotency_key=str(uuid.uuid4()))


def test_an_app_reads_searches_previews_and_sends_a_request_with_files(app: AppClient) -> None:
    form = make_form_page()
    SiteSettings.objects.update_or_create(
        site=form.get_site(), defaults={"request_page_id": form.pk}
    )
    clinic = make_clinic(title="Harbour Clinic")
    news = make_news(title="A new ward", hero=make_hero(make_image(), decorative=True))

    held = read_all(app)
    told = held[news.pk].body
    assert (told.type_, told.title) == ("news", "A new ward")
    assert told.body[0].type_ == "disclaimer"
    assert told.disclaimers[0].key == "general"
    assert held[clinic.pk].card.city == "Port Alder"

    hit = app.call("content.search", q="ward").items[0]
    assert hit.card.id == news.pk

    token = make_link(log_in(make_editor()), news).rsplit("/", 1)[-1]
    draft = app.call("content.get_preview", token)
    assert draft.page.is_preview
    assert draft.disclaimers[0].body.text

    files = [("scan.png", "image/png", PNG), ("letter.pdf", "application/pdf", make_pdf())]
    receipt = send(app, told.request_form.key, *files)
    assert [file.name for file in receipt.files] == ["scan.png", "letter.pdf"]
    assert Submission.objects.get().reference == receipt.reference

    mine = app.make("AuthenticatedClient", token=receipt.status_token)
    status = app.call("requests.get_status", receipt.reference, client=mine)
    assert (status.state, len(status.files)) == ("received", 2)

"""An app developer's way through the API, with a client generated from its contract."""

import base64
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
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: Any) -> Iterator[AppClient]:
    folder: Path = tmp_path_factory.mktemp("client")
    generate(folder)
    sys.path.insert(0, str(folder))
    yield AppClient(NAME)
    sys.path.remove(str(folder))


class Phone:
    """What an app keeps, and how docs/api.md has it follow the changes."""

    def __init__(self, app: AppClient) -> None:
        self.app = app
        self.cursor: str | None = None
        self.pages: dict[int, Any] = {}
        self.texts: dict[tuple[str, str], Any] = {}
        self.gone: dict[int, str] = {}

    def sync(self) -> list[Any]:
        """The changes that were told."""
        told: list[Any] = []
        has_more = True
        while has_more:
            options = {"cursor": self.cursor} if self.cursor else {}
            answer = self.app.call("content.sync", limit=2, **options)
            for change in answer.changes:
                self.apply(change)
            told += answer.changes
            self.cursor, has_more = answer.cursor, answer.has_more
        return told

    def apply(self, change: Any) -> None:
        match change.change:
            case "upsert":
                self.pages[change.id] = change
            case "remove":
                self.pages.pop(change.id, None)
                self.gone[change.id] = change.reason.value
            case "disclaimer":
                self.texts[change.key, change.locale] = change.disclaimer
            case "disclaimer_removed":
                self.texts.pop((change.key, change.locale), None)


def describe(name: str, content: bytes, **more: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"name": name, "size": len(content), "sha256": digest, **more}


def send(app: AppClient, key: str, manifest: list[Any], *files: tuple[str, str, bytes]) -> Any:
    document = {"locale": "en", "answers": ANSWERS, "manifest": manifest}
    body = app.models.SendRequestFilesBody.from_dict({"request": document})
    body.files = [
        app.types.File(payload=content, file_name=name, mime_type=kind)
        for name, kind, content in files
    ]
    return app.call("requests.send_request", key, body=body, idempotency_key=str(uuid.uuid4()))


def upload(app: AppClient, key: str, name: str, content: bytes) -> str:
    """In two pieces, as over a bad line; the id that the manifest names."""
    line = app.client.get_httpx_client()
    pairs = {"filename": name, "form": key}
    told = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    length = {"Upload-Length": str(len(content)), "Upload-Metadata": told}
    made = line.post("/api/v1/uploads", headers={**TUS, **length})
    assert made.status_code == 201, made.content
    address = made.headers["Location"]
    half = len(content) // 2
    for offset, piece in ((0, content[:half]), (half, content[half:])):
        assert line.head(address, headers=TUS).headers["Upload-Offset"] == str(offset)
        place = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        sent = line.patch(address, content=piece, headers={**TUS, **place})
        assert sent.status_code == 204, sent.content
    return address.rsplit("/", 1)[-1]


def test_an_app_follows_what_changes_from_nothing_and_from_where_it_was(app: AppClient) -> None:
    clinic = make_clinic(title="Harbour Clinic")
    news, other = make_news(title="A new ward"), make_news(title="Other", slug="other")
    phone = Phone(app)

    phone.sync()

    told = phone.pages[news.pk].body
    assert (told.type_, told.title) == ("news", "A new ward")
    assert told.body[0].type_ == "disclaimer"
    text = phone.texts[told.disclaimers[0].key, told.locale]
    assert text.version >= told.disclaimers[0].version
    assert phone.pages[clinic.pk].card.city == "Port Alder"
    assert phone.sync() == []

    news.title = "A newer ward"
    news.save_revision().publish()
    other.unpublish()
    first = phone.sync()[0]

    assert (first.change, first.id, first.reason.value) == ("remove", other.pk, "recalled")
    assert phone.pages[news.pk].card.title == "A newer ward"
    listed = {item.card.id for item in app.call("content.list_news", locale="en").items}
    assert listed == {pk for pk, one in phone.pages.items() if one.card.type_ == "news"}
    assert phone.gone == {other.pk: "recalled"}


def test_an_app_reads_searches_previews_and_sends_a_request_with_files(app: AppClient) -> None:
    form = make_form_page()
    SiteSettings.objects.update_or_create(
        site=form.get_site(), defaults={"request_page_id": form.pk}
    )
    clinic = make_clinic(title="Harbour Clinic")
    news = make_news(title="A new ward", hero=make_hero(make_image(), decorative=True))

    told = app.call("content.get_page", news.pk).page
    path = app.call("content.get_page_by_path", path=told.path).page.path
    assert (told.title, path) == ("A new ward", told.path)
    assert app.call("content.list_clinics", country="NZ").items[0].card.id == clinic.pk
    hit = app.call("content.search", q="ward").items[0]
    assert hit.card.id == news.pk

    news.title = "Not yet"
    news.save_revision()
    token = make_link(log_in(make_editor()), news).rsplit("/", 1)[-1]
    draft = app.call("content.get_preview", token)
    assert (draft.page.is_preview, draft.page.title) == (True, "Not yet")
    assert draft.disclaimers[0].body.text

    key = told.request_form.key
    drawn = app.call("requests.get_form", key, locale="en")
    assert {field.key for field in drawn.fields} >= ANSWERS.keys() - {
        consent.key for consent in drawn.consents
    }
    letter = make_pdf()
    manifest = [
        describe("letter.pdf", letter, upload=upload(app, key, "letter.pdf", letter)),
        describe("scan.png", PNG),
    ]
    receipt = send(app, key, manifest, ("scan.png", "image/png", PNG))
    assert [file.name for file in receipt.files] == ["letter.pdf", "scan.png"]
    assert Submission.objects.get().reference == receipt.reference

    mine = app.make("AuthenticatedClient", token=receipt.status_token)
    status = app.call("requests.get_status", receipt.reference, client=mine)
    assert (status.state, len(status.files)) == ("received", 2)

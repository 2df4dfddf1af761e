"""Machine translators: what they send, and what editors read when they fail. The wire is real."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.strings import StringValue

from home.twins import make_draft
from tests.factories import make_news
from tests.home.editor import enter

pytestmark = pytest.mark.django_db


class Machine(BaseHTTPRequestHandler):
    """Answers in capitals, or with what it is told."""

    said: bytes | None = None
    status = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = {"translatedText": [text.upper() for text in asked["q"]]}
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(texts).encode() if self.said is None else self.said)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def machine(settings: Any, monkeypatch: Any) -> Iterator[type[Machine]]:
    server = HTTPServer(("127.0.0.1", 0), Machine)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "cms.translators.libretranslate.Translator",
        "OPTIONS": {
            "LIBRETRANSLATE_URL": f"http://127.0.0.1:{server.server_port}",
            "API_KEY": "",
        },
    }
    yield Machine
    Machine.said, Machine.status = None, 200
    server.shutdown()
    server.server_close()


def ask(translation: Translation) -> Any:
    url = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    return enter().post(url, follow=True)


@pytest.fixture
def translation() -> Translation:
    russian = Locale.objects.get_or_create(language_code="ru")[0]
    page = make_news(title="A ward")
    make_draft(page, russian)
    return Translation.objects.get(source__object_id=page.translation_key)


def test_a_machine_fills_in_what_is_marked_as_a_machines(machine, translation) -> None:
    assert ask(translation).status_code == 200

    title = StringTranslation.objects.get(translation_of__data="A ward")
    assert (title.data, title.translation_type) == ("A WARD", "machine")


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, b"{}"), (500, b"oops"), (200, b"<html>"), (200, b"[]"), (200, b'{"translatedText":[]}')],
)
def test_a_machine_that_fails_is_told_in_words_and_changes_nothing(
    status: int, said: bytes, machine, translation
) -> None:
    machine.status, machine.said = status, said

    response = ask(translation)

    assert response.status_code == 200
    assert "gave no translation" in response.content.decode()
    assert not StringTranslation.objects.exists()


def test_without_the_setting_there_is_none(translation) -> None:
    assert get_machine_translator() is None
    assert ask(translation).status_code == 404


def test_deepl_that_cannot_be_reached_is_told_in_words(settings, monkeypatch) -> None:
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "cms.translators.deepl.Translator",
        "OPTIONS": {"AUTH_KEY": "key:fx"},
    }
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    locale = Locale.objects.get(language_code="en")

    with pytest.raises(ValidationError, match="DeepL"):
        get_machine_translator().translate(locale, locale, [StringValue("A ward")])

"""The seed article and the form, from English into Russian and Arabic, through the admin alone."""

from html import unescape
from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text
from wagtail_localize.models import StringTranslation, TranslationSource

from articles.models import NewsPage
from demo import clinics, frame, news, people, pictures
from home.models import Disclaimer
from home.translations import Origin, get_state
from tests.factories import get_home
from tests.home.doors import read
from tests.home.editor import encode, enter, fill_in_disclaimer, make_administrator
from tests.home.translating import WORDS, get_job, get_locale, say
from treatment_forms.models import TreatmentFormPage

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]  # two long ways, on a busy machine

LANGUAGES = ("ru", "ar")
NEW_LEAD = (
    "New in spring: the ward takes adults from other countries, and tells each what it costs."
)
DISCLAIMERS = {"ru": "Это не медицинская консультация.", "ar": "هذه ليست استشارة طبية."}


class Desk:
    """An editor's browser: every answer of the admin is one, never a server error."""

    def __init__(self) -> None:
        self.browser = enter()

    def post(self, view: str, *args: Any, data: dict[str, Any] | None = None) -> str:
        response = self.browser.post(reverse(view, args=args), data or {}, follow=True)
        assert response.status_code == 200, (view, response.status_code)
        return unescape(" ".join(str(one) for one in response.context["messages"]))

    def send(self, view: str, *args: Any, data: dict[str, Any]) -> None:
        """As `post`, where nobody reads the page that follows."""
        response = self.browser.post(reverse(view, args=args), data)
        assert response.status_code == 302, (view, response.status_code)

    def submit(self, row: Any) -> None:
        data = {"locales": [get_locale(language).pk for language in LANGUAGES]}
        if hasattr(row, "url_path"):
            self.send("wagtail_localize:submit_page_translation", row.pk, data=data)
        else:
            place = (row._meta.app_label, row._meta.model_name, row.pk)
            self.send("wagtail_localize:submit_snippet_translation", *place, data=data)

    def translate(self, row: Any, language: str) -> None:
        """String by string, as localize's editor sends them; those that are missing."""
        job = get_job(row, language)
        there = StringTranslation.objects.filter(locale=job.target_locale)
        known = there.filter(translation_of=OuterRef("string"), context=OuterRef("context"))
        segments = job.source.stringsegment_set.filter(~Exists(known))
        for segment in segments.select_related("string"):
            url = reverse("wagtail_localize:edit_string_translation", args=[job.pk, segment.pk])
            body = {"value": say(segment.string.data, language)}
            answer = self.browser.put(url, body, "application/json")
            assert answer.status_code in (200, 201), answer.content
            assert answer.json()["error"] is None

    def translate_by_file(self, row: Any, language: str) -> str:
        """Download the PO file, fill it in, send it back."""
        job = get_job(row, language)
        file = self.browser.get(reverse("wagtail_localize:download_pofile", args=[job.pk]))
        po = polib.pofile(file.content.decode())
        for entry in po:
            entry.msgstr = say(entry.msgid, language)
        filled = SimpleUploadedFile("filled.po", str(po).encode())
        return self.post("wagtail_localize:upload_pofile", job.pk, data={"file": filled})

    def publish(self, row: Any, language: str) -> str:
        return self.post(get_edit_view(row), get_twin(row, language).pk, data={"action": "publish"})

    def prepare(self, row: Any, language: str) -> None:
        """Translate and publish what another page stands on."""
        self.translate(row, language)
        self.send(get_edit_view(row), get_twin(row, language).pk, data={"action": "publish"})

    def approve_disclaimer(self, language: str) -> None:
        text = Disclaimer.objects.get(locale__language_code=language)
        words = f"<p>{DISCLAIMERS[language]}</p>"
        data = fill_in_disclaimer(text, heading=DISCLAIMERS[language], body=words)
        self.post(get_edit_view(text), text.pk, data={**data, "action-publish": "1"})

    def change(self, page: Any, **fields: Any) -> None:
        draft = page.get_latest_revision_as_object()
        for name, value in fields.items():
            setattr(draft, name, value)
        data = {**as_browser(draft), "action-publish": "1"}
        self.post("wagtailadmin_pages:edit", page.pk, data=data)

    def update(self, page: Any) -> str:
        source = TranslationSource.objects.get_for_instance(page)
        data = {"publish_translations": "on"}
        return self.post("wagtail_localize:update_translations", source.pk, data=data)

    def publish_together(self, page: Any) -> str:
        pks = [get_twin(page, language).pk for language in LANGUAGES]
        return self.post("publish_languages", page.pk, data={"pages": pks})


def as_browser(page: Any) -> dict[str, Any]:
    """The editor's form of a page, with its child rows, and with the ids of its blocks."""
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=make_administrator())
    data = {name: encode_field(form, name) for name in form.fields}
    for name, formset in form.formsets.items():
        rows = [
            {name: encode_field(row, name) for name in row.fields} for row in formset.initial_forms
        ]
        data[name] = inline_formset(rows, initial=len(rows))
    filled = {name: value for name, value in nested_form_data(data).items() if value is not None}
    for field in page._meta.get_fields():
        for number, block in enumerate(getattr(page, field.name) if is_stream(field) else []):
            filled[f"{field.name}-{number}-id"] = block.id
    return filled


def is_stream(field: Any) -> bool:
    return isinstance(field, StreamField)


def encode_field(form: Any, name: str) -> Any:
    field, value = form.fields[name], form[name].value()
    features = getattr(field.widget, "features", None)
    if features is not None:
        return rich_text(value or "", features=features)
    return encode(field, value)


def get_edit_view(row: Any) -> str:
    if hasattr(row, "url_path"):
        return "wagtailadmin_pages:edit"
    return f"wagtailsnippets_{row._meta.app_label}_{row._meta.model_name}:edit"


def get_twin(row: Any, language: str) -> Any:
    return type(row).objects.get(
        translation_key=row.translation_key, locale__language_code=language
    )


def shown(row: Any, language: str) -> str:
    """What an anonymous reader reads at the address of the page in this language; or nothing."""
    return unescape(read(Client(), get_twin(row, language).url))


@pytest.fixture
def article() -> NewsPage:
    """The seed article, as the demo brings it, in English only."""
    home = get_home()
    cast = people.load(home.locale)
    index = news.load_index(home)
    return news.load_seed(index, cast, pictures.Album())


@pytest.fixture
def form(article: NewsPage) -> TreatmentFormPage:
    home = get_home()
    return frame.load_form(home, clinics.load_index(home))


def make_ground(desk: Desk, article: NewsPage) -> list[Any]:
    """What the article stands on: the pages above it, and the snippets it shows."""
    specialties = [row.specialty for row in article.specialties.all()]
    pages = [get_home(), article.get_parent().specific]
    for row in [*pages, *specialties]:
        desk.submit(row)
    return [*pages, *specialties, article.category]


def test_the_seed_article_is_right_in_three_languages_at_every_moment(article: NewsPage) -> None:
    desk = Desk()
    ground = make_ground(desk, article)
    desk.submit(article)
    for language in LANGUAGES:
        assert shown(article, language) == ""
        desk.publish(article, language)  # nothing is translated
        assert shown(article, language) == ""
        desk.approve_disclaimer(language)
        for row in ground:
            desk.prepare(row, language)

    assert "imported" in desk.translate_by_file(article, "ru")
    desk.translate(article, "ar")
    for language in LANGUAGES:
        assert shown(article, language) == ""
        assert article.lead not in shown(article.get_parent().specific, language)
    assert "Published at one moment" in desk.publish_together(article)
    for language in LANGUAGES:
        check_words(article, language)
        assert say(article.lead, language) in shown(article.get_parent().specific, language)

    lead = article.lead
    desk.change(article, lead=NEW_LEAD)
    check_english(article)
    for language in LANGUAGES:
        check_stale(article, language, lead)
    told = desk.update(article)
    assert told.count("1 text is not translated: “New in spring") == len(LANGUAGES)
    for language in LANGUAGES:
        check_stale(article, language, lead)

    desk.translate(article, "ru")
    told = desk.publish_together(article)
    assert "Nothing was published. Refused: Arabic." in told
    for language in LANGUAGES:
        check_stale(article, language, lead)
    desk.translate_by_file(article, "ar")
    assert "Published at one moment: Russian, Arabic." in desk.publish_together(article)

    article.refresh_from_db()
    assert article.lead == NEW_LEAD
    check_english(article)
    for language in LANGUAGES:
        check_words(article, language)


def check_english(article: NewsPage) -> None:
    """The original, with its change, and nothing of what is made of it."""
    page = shown(article, "en")
    assert NEW_LEAD in page
    assert not [words for words in WORDS.values() if words in page]


def check_words(article: NewsPage, language: str) -> None:
    """Every text of the article in the words of its translator; under them an approved text."""
    page = shown(article, language)
    paragraphs = [
        strip(block.value.source) for block in article.body if block.block_type == "paragraph"
    ]
    assert len(paragraphs) > 3
    for words in (article.title, article.lead, article.category.name, *paragraphs):
        assert say(words, language)[:60] in page
    assert say("TASS", language) in page
    assert DISCLAIMERS[language] in page
    state = get_state(get_twin(article, language))
    assert (state.origin, state.is_stale) == (Origin.HUMAN, False)
    assert state.source_revision_at == get_twin(article, "en").last_published_at


def strip(paragraph: str) -> str:
    return paragraph.partition(">")[2].partition("<")[0]


def check_stale(article: NewsPage, language: str, lead: str) -> None:
    """The last complete version, whole, and none of the new words of the original."""
    page = shown(article, language)
    assert say(lead, language) in page
    assert NEW_LEAD not in page
    assert get_state(get_twin(article, language)).is_stale


def test_the_form_is_right_in_three_languages_at_every_moment(form: TreatmentFormPage) -> None:
    desk = Desk()
    for page in (get_home(), form):
        desk.submit(page)
    for language in LANGUAGES:
        desk.publish(form, language)
        assert shown(form, language) == ""
        desk.prepare(get_home(), language)
    desk.translate_by_file(form, "ru")
    desk.translate(form, "ar")

    old = form.pitch_heading
    for language in LANGUAGES:
        assert shown(form, language) == ""
        told = desk.publish(form, language)
        assert "is published in" in told, told
        check_form(form, language, heading=old)

    desk.change(form, pitch_heading="Ask us")
    check_stale_form(form, heading=old)
    desk.update(form)
    check_stale_form(form, heading=old)
    for language in LANGUAGES:
        desk.translate(form, language)
    check_stale_form(form, heading=old)
    assert "Published at one moment: Russian, Arabic." in desk.publish_together(form)
    for language in LANGUAGES:
        check_form(form, language, heading="Ask us")
        assert not get_state(get_twin(form, language)).is_stale

    desk.change(form, recipients="new@example.org")
    for language in LANGUAGES:
        assert get_twin(form, language).recipients == "new@example.org"
        assert not get_state(get_twin(form, language)).is_stale
    desk.post("wagtail_localize:stop_translation", get_job(form, "ar").pk)
    desk.change(form, recipients="newer@example.org")
    twins = [get_twin(form, language) for language in LANGUAGES]
    assert [twin.recipients for twin in twins] == ["newer@example.org", "new@example.org"]
    assert [get_state(twin).is_stale for twin in twins] == [False, True]


def check_stale_form(form: TreatmentFormPage, *, heading: str) -> None:
    """What was published, whole, while the English reader has the new words."""
    assert "Ask us" in shown(form, "en")
    for language in LANGUAGES:
        check_form(form, language, heading=heading)
        assert "Ask us" not in shown(form, language)
        assert get_state(get_twin(form, language)).is_stale


def check_form(form: TreatmentFormPage, language: str, *, heading: str) -> None:
    """The same keys under other labels, as many as the English reader is shown."""
    english, page = shown(form, "en"), shown(form, language)
    assert say(heading, language) in page
    fields = [field for field in form.fields.all() if f'name="{field.clean_name}"' in english]
    assert len(fields) > 5
    for field in fields:
        assert f'name="{field.clean_name}"' in page
        assert say(field.label, language) in page
        assert not field.help_text or say(field.help_text, language)[:60] in page

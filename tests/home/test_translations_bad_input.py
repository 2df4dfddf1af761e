"""What translators send wrong: told in words, nothing lost, never a server error."""

from collections.abc import Callable, Iterator
from typing import Any

import polib
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringTranslation,
    Translation,
    TranslationSource,
)

from articles.models import NewsPage
from home.translations.flaws import get_flaw
from tests.factories import make_body, make_news
from tests.home.doors import make_russian, translate_disclaimer
from tests.home.editor import make_administrator
from tests.home.test_translations_gate import get_messages, get_russian
from tests.home.translating import get_job, translate_snippets, translate_strings

pytestmark = pytest.mark.django_db

LINK = '<p>Read <a href="https://example.org/a">the guide</a> first.</p>'
LINK_STRING = 'Read <a id="a1">the guide</a> first.'


def enter_as(name: str) -> Client:
    user, _ = get_user_model().objects.get_or_create(
        username=name,
        defaults={"is_superuser": True, "is_staff": True, "first_name": name, "last_name": "T."},
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def submitted(kept_rows: Any) -> Iterator[int]:
    with kept_rows():
        make_russian()
        translate_disclaimer(publish_as=make_administrator())
        page = make_news(body=make_body(("paragraph", LINK)))
        locale = Locale.objects.get(language_code="ru")
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        enter_as("Anna").post(url, {"locales": [locale.pk]})
        yield page.pk


@pytest.fixture
def english(submitted: int, db: None) -> NewsPage:
    return NewsPage.objects.get(pk=submitted)


def get_url(job: Translation, path: str = "title") -> str:
    segment = job.source.stringsegment_set.filter(context__path=path).get()
    return reverse("wagtail_localize:edit_string_translation", args=[job.pk, segment.pk])


def get_override_url(job: Translation) -> str:
    """Our own models offer none; a plugin's may."""
    context = job.source.stringsegment_set.get(context__path="title").context
    segment = OverridableSegment.objects.create(
        source=job.source, context=context, order=99, data_json="1"
    )
    return reverse("wagtail_localize:edit_override", args=[job.pk, segment.pk])


def put(client: Client, url: str, **data: str) -> Any:
    body = "&".join(f"{name}={value}" for name, value in data.items())
    return client.put(url, body, "application/x-www-form-urlencoded")


def upload(client: Client, job: Translation, content: bytes | None) -> str:
    data = {} if content is None else {"file": SimpleUploadedFile("a.po", content)}
    target = job.get_target_instance()
    edit_url = reverse("wagtailadmin_pages:edit", args=[target.pk])
    url = reverse("wagtail_localize:upload_pofile", args=[job.pk])
    response = client.post(url, {**data, "next": edit_url}, follow=True)
    assert response.status_code == 200
    return get_messages(response)


def get_data(job: Translation, path: str = "title") -> str | None:
    found = StringTranslation.objects.filter(
        context__object_id=job.source.object_id, context__path=path, locale=job.target_locale
    )
    return found.values_list("data", flat=True).first()


@pytest.mark.parametrize("get_url", [get_url, get_override_url])
@pytest.mark.parametrize("data", [{}, {"text": "Отделение"}, {"value": "%00"}])
def test_an_edit_without_a_usable_value_is_answered_and_stores_nothing(
    get_url: Callable[[Translation], str], data: dict[str, str], english: NewsPage
) -> None:
    job = get_job(english, "ru")

    answer = put(enter_as("Anna"), get_url(job), **data)

    assert answer.status_code == 400
    assert not StringTranslation.objects.filter(locale=job.target_locale).exists()
    assert not SegmentOverride.objects.exists()


def test_a_value_of_ones_own_is_kept_for_a_language_and_given_back(english: NewsPage) -> None:
    url = get_override_url(get_job(english, "ru"))
    anna = enter_as("Anna")

    assert put(anna, url, value="2").status_code == 201
    assert put(anna, url, value="3").json()["data"] == "3"
    assert [anna.delete(url).status_code for _again in range(2)] == [200, 404]


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "{}", '{"value": 5}'])
def test_an_edit_in_strange_json_is_answered(body: str, english: NewsPage) -> None:
    answer = enter_as("Anna").put(get_url(get_job(english, "ru")), body, "application/json")

    assert answer.status_code == 400


def test_the_second_of_two_translators_is_told_and_nothing_is_lost(english: NewsPage) -> None:
    job = get_job(english, "ru")
    anna, boris = enter_as("Anna"), enter_as("Boris")
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])
    url = get_url(job)
    for client in (anna, boris):
        assert client.get(edit_url).status_code == 200

    assert put(anna, url, value="Отделение").status_code == 201
    told = put(boris, url, value="Палата")

    assert told.status_code == 409
    answer = told.json()["translation"]
    assert answer["data"] == get_data(job) == "Отделение"
    assert "Anna T. changed this text" in answer["error"]
    assert "Палата" in answer["error"]
    assert boris.delete(url).status_code == 200  # he has seen it now
    assert put(anna, url, value="Палата Анны").status_code == 201


def test_who_saves_again_knows_what_they_replace(english: NewsPage) -> None:
    job = get_job(english, "ru")
    anna, boris = enter_as("Anna"), enter_as("Boris")
    url = get_url(job)
    put(anna, url, value="Отделение")

    assert put(boris, url, value="Палата").status_code == 409
    assert put(boris, url, value="Палата").status_code == 200
    assert put(boris, url, value="Палата 2").status_code == 200
    assert put(anna, url, value="Отделение").status_code == 409


def make_po(job: Translation, **texts: str) -> polib.POFile:
    po = job.export_po()
    for entry in po:
        entry.msgstr = texts.get(entry.msgctxt, f"П {entry.msgid}")
    return po


BAD_FILES = {
    "no file": (None, "Choose a PO file first."),
    "empty": (b"", "This is no PO file."),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", "not in UTF-8"),
    "a path": (b"/etc/passwd", "This is no PO file."),
    "NUL": (b'msgid "a"\nmsgstr "\x00"\n', "This is no PO file."),
    "cut": (b'msgid "a"\nmsgstr "b\nmsgid', "This PO file is damaged (line 3)"),
    "no header": (b'msgid "a"\nmsgstr "b"\n', "does not say which page it is of"),
    "unknown charset": (
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nope\\n"\n\nmsgid "a"\nmsgstr "b"\n',
        "does not say which page it is of",
    ),
    "large": (b"msgid\n" * 1_000_000, "larger than 5 MB"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_translation_changes_nothing(name: str, english: NewsPage) -> None:
    content, said = BAD_FILES[name]
    job = get_job(english, "ru")

    told = upload(enter_as("Anna"), job, content)

    assert said in told
    assert get_data(job) is None


def test_a_file_of_another_page_is_refused_by_its_name(english: NewsPage) -> None:
    category = get_job(english.category, "ru")
    job = get_job(english, "ru")

    told = upload(enter_as("Anna"), job, str(make_po(category)).encode())

    assert "The file is of “News” in Russian" in told
    assert get_data(job) is None


def test_flawed_and_unknown_entries_are_named_and_the_sound_ones_taken(english: NewsPage) -> None:
    job = get_job(english, "ru")
    po = make_po(job, title="<b>Отделение")
    po.append(polib.POEntry(msgid="Of no page", msgctxt="title", msgstr="Ничья"))
    link = next(entry for entry in po if entry.msgid == LINK_STRING)
    link.msgstr = "Сперва прочтите памятку."

    told = upload(enter_as("Anna"), job, str(po).encode())

    assert "2 translations were imported" in told
    assert "1 entry is of no text of this page" in told
    assert "The tag <b> is not opened and closed in pairs." in told
    assert '<a id="a1">' in told
    assert get_data(job) is None
    assert get_data(job, link.msgctxt) is None


def test_an_old_file_undoes_nothing_that_was_translated_since(english: NewsPage) -> None:
    job = get_job(english, "ru")
    po = make_po(job)
    put(enter_as("Boris"), get_url(job), value="Отделение")

    told = upload(enter_as("Anna"), job, str(po).encode())

    assert "somebody changed them after the file was downloaded" in told
    assert get_data(job) == "Отделение"


@pytest.mark.parametrize(
    ("original", "translated", "said"),
    [
        ("A ward", "Отделение", None),
        (LINK_STRING, 'Сперва <a id="a1">памятка</a>.', None),
        ("5 < 7 & more", "5 &lt; 7 и ещё", None),
        ("First<br/>second", "Первое<br>второе", None),
        ("A ward", "  ", "empty"),
        ("A ward", "a\0b", "cannot be stored"),
        ("A ward", "<b>Отделение", "<b>"),
        ("A ward", "Отделение</b>", "<b>"),
        ("A ward", "<b><em>x</b></em>", "pairs"),
        ("A ward", "<script>x</script>", "not allowed"),
        ("A ward", '<b onclick="x">y</b>', "attributes"),
        (LINK_STRING, "Сперва памятка.", "link"),
        (LINK_STRING, '<a id="a1">и</a> <a id="a2">и</a>', "Unrecognised"),
        ("Dear %(name)s", "Здравствуйте", "%(name)s"),
        ("Dear {name}", "Здравствуйте {nom}", "{name}, {nom}"),
    ],
)
def test_a_flaw_is_told_in_words(original: str, translated: str, said: str | None) -> None:
    flaw = get_flaw(original, translated)

    assert (flaw is None) if said is None else (said in str(flaw))


def test_a_flawed_string_is_kept_shown_beside_its_field_and_never_published(
    english: NewsPage,
) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru")
    job = get_job(english, "ru")
    path = job.source.stringsegment_set.get(string__data=LINK_STRING).context.path
    client = enter_as("Anna")
    client.get(reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk]))
    url = reverse(
        "wagtail_localize:edit_string_translation",
        args=[job.pk, job.source.stringsegment_set.get(string__data=LINK_STRING).pk],
    )
    StringTranslation.objects.update(
        last_translated_by=get_user_model().objects.get(username="Anna")
    )

    answer = put(client, url, value="Сперва памятка.")

    assert "A link of the original is lost" in answer.json()["error"]
    assert get_data(job, path) == "Сперва памятка."
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])
    client.post(edit_url, {"action": "publish"}, follow=True)
    assert not get_russian(english).live


def test_a_deleted_original_takes_no_translation_with_it(english: NewsPage) -> None:
    job = get_job(english, "ru")
    anna = enter_as("Anna")
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])
    string_url, source = get_url(job), job.source_id
    upload_url = reverse("wagtail_localize:upload_pofile", args=[job.pk])
    file = SimpleUploadedFile("a.po", str(make_po(job)).encode())
    english.delete()

    assert put(anna, string_url, value="Отделение").status_code == 404
    assert "is gone" in get_messages(anna.post(upload_url, {"file": file}, follow=True))
    update_url = reverse("wagtail_localize:update_translations", args=[source])
    told = get_messages(anna.post(update_url, {"publish_translations": "on"}, follow=True))
    assert "the original was deleted" in told
    assert anna.get(edit_url).status_code == 200
    told = get_messages(anna.post(edit_url, {"action": "publish"}, follow=True))
    assert "Nothing was published" in told


def test_an_original_that_vanished_behind_the_admin_leaves_its_translation_editable(
    english: NewsPage,
) -> None:
    NewsPage.objects.filter(pk=english.pk).update(translation_key="0" * 32)  # as good as gone
    anna = enter_as("Anna")
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])

    response = anna.get(edit_url)

    assert response.status_code == 200
    assert "The original of this translation was deleted" in get_messages(response)
    source = TranslationSource.objects.get(specific_content_type__model="newspage")
    update_url = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert "the original was deleted" in get_messages(anna.get(update_url, follow=True))


def test_an_original_that_was_moved_is_still_the_original(english: NewsPage) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru")
    index = english.get_parent()
    other = type(index.specific)(title="Other", slug="other", locale=index.locale)
    index.get_parent().add_child(instance=other)
    english.move(other, pos="last-child")
    anna = enter_as("Anna")
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])

    response = anna.post(edit_url, {"action": "publish"}, follow=True)

    assert response.status_code == 200
    assert get_russian(english).live


LIBRE = "wagtail_localize.machine_translators.libretranslate.LibreTranslator"
NOBODY_LISTENS = {"LIBRETRANSLATE_URL": "http://127.0.0.1:9", "API_KEY": "none"}


def test_a_machine_that_does_not_answer_is_told_of_and_changes_nothing(
    english: NewsPage, settings: Any
) -> None:
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": LIBRE, "OPTIONS": NOBODY_LISTENS}
    job = get_job(english, "ru")
    anna = enter_as("Anna")
    url = reverse("wagtail_localize:machine_translate", args=[job.pk])
    update_url = reverse("wagtail_localize:update_translations", args=[job.source_id])
    edit_url = reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])

    for address, data in (
        (url, {"next": edit_url}),
        (update_url, {"use_machine_translation": "on", "publish_translations": "on"}),
    ):
        response = anna.post(address, data, follow=True)
        assert response.status_code == 200
        assert "The machine translator gave no answer" in get_messages(response)
    assert get_data(job) is None


def test_a_language_taken_from_the_settings_leaves_its_pages_editable(
    english: NewsPage, settings: Any
) -> None:
    translate_snippets("ru")
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
    anna = enter_as("Anna")
    russian = get_russian(english)

    for url in (
        reverse("wagtailadmin_pages:edit", args=[russian.pk]),
        reverse("wagtailadmin_pages:edit", args=[english.pk]),
        reverse("translations"),
        reverse("publish_languages", args=[english.pk]),
        reverse("wagtaillocales:index"),
    ):
        assert anna.get(url, follow=True).status_code == 200, url


def test_a_language_that_has_pages_is_not_deleted(english: NewsPage) -> None:
    locale = Locale.objects.get(language_code="ru")
    anna = enter_as("Anna")

    response = anna.post(reverse("wagtaillocales:delete", args=[locale.pk]), follow=True)

    assert response.status_code == 200
    assert "cannot be deleted" in get_messages(response)
    assert get_russian(english)

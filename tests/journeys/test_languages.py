"""What visitors, patients and coordinators read in Russian and Arabic, with nothing left over."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_countries import countries
from phonenumber_field.formfields import PhoneNumberField
from wagtail.admin.panels import FieldPanel, get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail.snippets.models import get_snippet_models
from wagtail.users.models import UserProfile

from home.models import HomePage, SiteTexts
from tests.factories import get_home
from tests.scripts_of import check_share, find_foreign, get_share, get_visible
from tests.treatment_forms.pages import get_approver
from tests.treatment_forms.patients import add, get_mailed_url, look, press, send_request
from tests.treatment_forms.people import DOWNLOAD, RELEASE, VIEW, log_in, make_staff
from tests.treatment_forms.posting import PDF, Sent, post
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from treatment_forms.mail.message import build
from treatment_forms.models import (
    Alarm,
    Delivery,
    TreatmentFormPage,
    approve_consents,
    default_fields,
)
from treatment_forms.services import links
from treatment_forms.states import State, Verdict

pytestmark = pytest.mark.django_db
SCAN = Sent("scan.pdf", PDF)
NAMES = {"ru": "Вера Павлова", "ar": "ليلى حداد"}
# In another script by right: names of the site, of files, kinds of files.
NAMED = ("Marus Media", "JPEG, PNG, WebP, HEIC", "PDF", "DICOM", "ZIP", "UTC", "WhatsApp")


@pytest.fixture(params=["ru", "ar"])
def language(request: Any) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def home(language: str) -> HomePage:
    locale, _ = Locale.objects.get_or_create(language_code=language)
    SiteTexts.objects.get_or_create(locale=locale)
    title = {"ru": "Главная", "ar": "الرئيسية"}[language]
    page = HomePage(
        title=title,
        slug=f"home-{language}",
        locale=locale,
        translation_key=get_home().translation_key,
    )
    get_home().get_parent().add_child(instance=page)
    return page


@pytest.fixture
def form_page(home: HomePage, settings: Any, language: str) -> TreatmentFormPage:
    """The form as an editor begins it in this language: with its own words for everything."""
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": ""}
    title = {"ru": "Заявка на лечение", "ar": "طلب علاج"}[language]
    page = TreatmentFormPage(
        title=title, slug="ask", recipients="care@example.org", locale=home.locale
    )
    page.fields = default_fields()
    approve_consents(page, by=get_approver())
    home.add_child(instance=page)
    return TreatmentFormPage.objects.get(pk=page.pk)


def clean(html: str) -> str:
    for name in NAMED:
        html = html.replace(name, "")
    return html


def test_pages_without_a_form(home: HomePage, language: str) -> None:
    client = Client()
    found = {
        path: client.get(f"/{language}/{path}") for path in ("", "search/?q=12345", "not-there/")
    }

    assert [one.status_code for one in found.values()] == [200, 200, 404]
    for response in found.values():
        html = response.content.decode()
        assert f'lang="{language}"' in html
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
        check_share(clean(html), language)


def test_the_way_of_a_request(form_page: TreatmentFormPage, language: str) -> None:
    refused = post(
        form_page, SCAN, Sent("empty.pdf", b""), full_name="", email="nobody", country=""
    )
    submission, url = send_request(form_page, SCAN, full_name=NAMES[language], country="KZ")
    added = add(url, Sent("empty.pdf", b""))
    pages = {
        "form": look(form_page.url),
        "errors": refused.content.decode(),
        "status": look(url),
        "not added": added.content.decode(),
        "withdraw?": look(f"{url}withdraw/"),
        "by mail": look(get_mailed_url(submission)),
    }
    press(f"{url}withdraw/")
    pages["withdrawn"] = look(url)

    assert (refused.status_code, added.status_code) == (422, 422)
    for name, html in pages.items():
        text = get_visible(clean(html), language)
        assert get_share(text, language) >= 0.9, (name, find_foreign(text, language))


def test_every_kind_of_mail(form_page: TreatmentFormPage, language: str, settings: Any) -> None:
    settings.LANGUAGE_CODE = language  # that of the coordinators, who get most of them
    submission = make_submission(
        form_key=form_page.translation_key,
        language_code=language,
        form_title=form_page.title,
        topic="",
        is_test=True,
    )
    for verdict in Verdict:
        make_attachment(submission, verdict=verdict, name="1.pdf")

    for kind in Delivery.Kind:
        message = build(make_delivery(submission, kind=kind))
        for text in (message.subject, message.body, message.alternatives[0][0]):
            check_mail(text, submission, language, kind)


def check_mail(text: str, submission: Any, language: str, kind: str) -> None:
    words = " ".join(word for word in text.split() if "://" not in word and "@" not in word)
    seen = get_visible(clean(words).replace(submission.reference, ""), language)
    assert get_share(seen, language) >= 0.9, (kind, find_foreign(seen, language))


def test_a_link_for_staff_open_and_closed(
    form_page: TreatmentFormPage, language: str, settings: Any
) -> None:
    settings.LANGUAGE_CODE = language  # that of the coordinators, as in their mails
    submission = make_submission(form_key=form_page.translation_key)
    for verdict in Verdict:
        make_attachment(submission, verdict=verdict, name="1.pdf")
    url = links.get_or_make(make_delivery(submission), NOON)
    path = f"/{language}/" + url.split("/", 4)[4]

    opened, closed = Client().get(path), Client().get(f"/{language}/requests/files/nothing/")

    assert (opened.status_code, closed.status_code) == (200, 404)
    for response in (opened, closed):
        check_share(clean(response.content.decode()), language)


def test_the_desk(form_page: TreatmentFormPage, language: str) -> None:
    key = form_page.translation_key
    user = make_staff("coordinator", VIEW, DOWNLOAD, RELEASE, forms=(key,))
    UserProfile.objects.create(user=user, preferred_language=language)
    submission = make_submission(
        form_key=key, form_title=form_page.title, answers={"name": NAMES[language]}, topic=""
    )
    for verdict in Verdict:
        make_attachment(submission, verdict=verdict, name="1.pdf")
    mail = make_delivery(submission)
    links.get_or_make(mail, NOON)
    Alarm.objects.create(
        kind=Alarm.Kind.DELIVERY_BOUNCED, delivery=mail, submission=submission, raised_at=NOON
    )
    make_submission(form_key=key, form_title=form_page.title, status=State.SPAM, is_test=True)
    client = log_in(user)

    for name, args in (("list", []), ("request", [submission.reference])):
        html = client.get(reverse(f"treatment_forms_desk:{name}", args=args)).content.decode()
        main = html[html.index("<main") :]
        text = get_visible(clean(main).replace(submission.reference, ""), language)
        assert get_share(text, language) >= 0.9, (name, find_foreign(text, language))


# --- What editors see ----------------------------------------------------------------


def get_own_models() -> Iterator[Any]:
    ours = ("home", "articles", "treatment_forms")
    for model in apps.get_models():
        if model._meta.app_label in ours and (
            issubclass(model, Page) or model in get_snippet_models()
        ):
            yield model


def walk_panels(panel: Any) -> Iterator[Any]:
    yield panel
    for child in getattr(panel, "children", ()):
        yield from walk_panels(child)


def walk_blocks(block: Any) -> Iterator[Any]:
    yield block
    inner = [*getattr(block, "child_blocks", {}).values(), getattr(block, "child_block", None)]
    for child in filter(None, inner):
        yield from walk_blocks(child)


def get_words_of_model(model: Any) -> Iterator[Any]:
    yield model._meta.verbose_name
    handler = model.get_edit_handler() if issubclass(model, Page) else get_edit_handler(model)
    for panel in walk_panels(handler):
        yield from (panel.heading, panel.help_text)
        if isinstance(panel, FieldPanel):
            field = model._meta.get_field(panel.field_name)
            yield from (getattr(field, "verbose_name", ""), getattr(field, "help_text", ""))
    for field in model._meta.get_fields():
        for block in walk_blocks(field.stream_block) if isinstance(field, StreamField) else ():
            meta = block.meta
            yield from (block.label, getattr(meta, "help_text", ""), getattr(meta, "group", ""))


def test_no_field_or_block_is_named_by_its_code(language: str) -> None:
    models = list(get_own_models())
    words = {
        (model.__name__, str(text))
        for model in models
        for text in get_words_of_model(model)
        if text
    }

    assert len(models) >= 8
    assert [(name, text) for name, text in sorted(words) if get_share(text, language) < 0.4] == []


def test_names_of_countries_and_errors_of_fields_are_translated(language: str) -> None:
    class Fields(forms.Form):
        word = forms.CharField(max_length=3)
        address = forms.EmailField()
        day = forms.DateField()
        number = forms.IntegerField(max_value=3)
        kind = forms.ChoiceField(choices=[("a", "a")])
        phone = PhoneNumberField()

    wrong = dict.fromkeys(Fields.base_fields, "99999")
    errors = [*Fields({}).errors.values(), *Fields(wrong).errors.values()]

    assert len(errors) == 12
    for text in [*(str(one) for error in errors for one in error), *(c.name for c in countries)]:
        assert get_share(text, language) >= 0.9, text


# --- The measure itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "share"),
    [
        ("<p>Ваша заявка</p>", 1.0),
        ("<p>Ваша <b>form</b></p>", 0.5),
        ('<img alt="ward"><p>Ваша</p>', 0.5),
        ('<p>Ваша</p><p lang="en">Your <i>own</i></p>', 1.0),
        ("<p>Ваша <bdi>scan.pdf</bdi></p><script>let a;</script>", 1.0),
        ("<p>12 345</p>", 1.0),
    ],
)
def test_letters_are_counted_where_a_reader_sees_them(html: str, share: float) -> None:
    assert get_share(get_visible(html, "ru"), "ru") == share

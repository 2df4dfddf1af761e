"""Requests of every language in one list and one table."""

import csv
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from wagtail.models import Locale, Page

from tests.treatment_forms.pages import (
    add_page,
    get_approver,
    get_root,
    make_field,
    make_form_page,
    say_otherwise,
)
from tests.treatment_forms.people import VIEW, log_in, make_staff
from tests.treatment_forms.posting import follow, post
from tests.treatment_forms.rows import make_delivery
from treatment_forms.mail.message import build
from treatment_forms.models import (
    Delivery,
    Submission,
    SubmissionEvent,
    TreatmentFormPage,
    approve_consents,
)
from treatment_forms.states import State
from treatment_forms.tokens import make_status_token

pytestmark = pytest.mark.django_db

EXPORT = "treatment_forms.export_submission"
LABELS = {
    "en": ("Your name", "topic|x", "treatment|Treatment\nother|Something else", "I agree"),
    "ru": ("Ваше имя", "topic|x", "treatment|Лечение\nother|Другое", "Я согласен"),
    "ar": ("اسمك", "topic|x", "treatment|علاج\nother|شيء آخر", "أوافق"),
}


def make_form(language, key):
    """The same form in a language: the same keys, its own words."""
    name, _topic, topics, consent = LABELS[language]
    locale, _ = Locale.objects.get_or_create(language_code=language)
    root = get_root()
    if language != "en" and getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        root = root.copy_for_translation(locale)  # a bare site has one tree for all
        Page.objects.filter(pk=root.pk).update(live=True)
    slug = f"form-{language}"
    page = TreatmentFormPage(title=name, slug=slug, recipients="a@example.org", translation_key=key)
    page.locale = locale
    page.fields = [
        make_field("singleline", "full_name", label=name),
        make_field("email", "email", label=f"E-mail {language}", required=False),
        make_field("dropdown", "topic", label=f"? {language}", choices=topics),
        make_field("multiline", "message", label=f"… {language}", required=False),
        make_field("consent", "consent", label=consent),
        make_field("files", "files", label=f"Files {language}", required=False),
    ]
    for order, field in enumerate(page.fields.all()):
        field.sort_order = order
    say_otherwise(page, language)
    approve_consents(page, by=get_approver())
    return add_page(root, page)


@pytest.fixture
def three(db):
    """One form in three languages, with a request in each."""
    key = uuid4()
    pages = {language: make_form(language, key) for language in LABELS}
    names = {"en": "=1+1", "ru": "Вера", "ar": "ليلى"}
    for language, page in pages.items():
        with translation.override(language):
            follow(
                post(
                    page,
                    full_name=names[language],
                    email="",
                    topic="treatment",
                    message="+\nтекст\t؟",
                )
            )
    return pages


@pytest.fixture
def coordinator(three):
    return log_in(make_staff("reader", VIEW, EXPORT, forms=(three["en"].translation_key,)))


def export(client, kind="csv", query=""):
    return client.post(reverse("treatment_forms_desk:export", args=[kind]) + query)


def read_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def read_xlsx(response):
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    rows = book.active.iter_rows()
    return [[cell.value or "" for cell in row] for row in rows], book.active


def test_three_languages_stand_in_one_inbox_and_in_one_table(three, coordinator):
    references = set(Submission.objects.values_list("reference", flat=True))
    assert len(references) == 3

    page = coordinator.get(reverse("treatment_forms_desk:list")).content.decode()
    assert all(reference in page for reference in references)
    assert all(name in page for name in ("English", "Russian", "Arabic"))

    header, *rows = read_csv(export(coordinator))
    ours = [name for name in header if "." in name]
    assert header == [*ours, "full_name", "email", "topic", "message", "consent"]
    table = {row[header.index("request.language")]: row for row in rows}
    assert set(table) == {"en", "ru", "ar"}
    assert {row[header.index("topic")] for row in rows} == {"treatment"}
    assert {row[header.index("consent")] for row in rows} == {"yes"}
    assert table["ar"][header.index("full_name")] == "ليلى"


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_a_language_can_be_asked_for(three, coordinator, language):
    query = f"?language_code={language}"
    page = coordinator.get(reverse("treatment_forms_desk:list") + query).content.decode()
    shown = [one.language_code for one in Submission.objects.all() if one.reference in page]
    assert shown == [language]

    header, row = read_csv(export(coordinator, query=query))
    assert row[header.index("request.language")] == language


def test_what_a_visitor_writes_runs_in_no_spreadsheet(three, coordinator):
    header, *rows = read_csv(export(coordinator))
    assert "'=1+1" in [row[header.index("full_name")] for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]

    (first, *others), sheet = read_xlsx(export(coordinator, "xlsx"))
    assert first == header
    assert "=1+1" in [row[first.index("full_name")] for row in others]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_who_took_them_away_stands_in_the_history_of_each(three, coordinator):
    export(coordinator)
    events = SubmissionEvent.objects.filter(kind=SubmissionEvent.Kind.EXPORTED)

    assert events.count() == 3
    assert {event.actor.username for event in events} == {"reader"}
    reference = events[0].submission.reference
    url = reverse("treatment_forms_desk:request", args=[reference])
    assert "Exported as a table" in coordinator.get(url).content.decode()
    assert Submission.objects.filter(status=State.OPENED).count() == 1  # exporting reads nothing


def test_an_export_is_for_those_who_may_read_and_take_away(three):
    key = three["ru"].translation_key
    for name, rights, forms in (
        ("may only read", [VIEW], (key,)),
        ("of another form", [VIEW, EXPORT], ()),
        ("may not read", [EXPORT], (key,)),
    ):
        assert export(log_in(make_staff(name, *rights, forms=forms))).status_code == 404, name
    assert export(Client()).status_code == 302
    other = log_in(make_staff("other", VIEW, EXPORT, forms=(uuid4(),)))
    header, *rows = read_csv(export(other))
    assert (len(header), rows) == (6, [])
    assert not SubmissionEvent.objects.filter(kind=SubmissionEvent.Kind.EXPORTED).exists()
    assert other.get(reverse("treatment_forms_desk:export", args=["csv"])).status_code == 405


def test_a_coordinator_reads_labels_in_their_language_and_the_copy_stays(three, coordinator):
    submission = Submission.objects.get(language_code="ru")
    url = reverse("treatment_forms_desk:request", args=[submission.reference])

    text = coordinator.get(url).content.decode()
    assert all(words in text for words in ("Your name", "Treatment", "Russian"))
    assert "Вера" in text
    assert "Я согласен" in text  # what was agreed to stands in the words that were read
    assert next(field["label"] for field in submission.form_snapshot) == "Ваше имя"

    page = three["en"]
    page.fields.filter(clean_name="full_name").delete()
    text = coordinator.get(url).content.decode()
    assert "Ваше имя" in text
    three["en"].unpublish()
    assert "Лечение" in coordinator.get(url).content.decode()


def test_the_table_has_one_row_of_keys_for_forms_that_changed(coordinator, three):
    page = three["ru"]
    born = make_field("date", "born", label="Рождён", sort_order=9)
    page.fields = [*page.fields.exclude(clean_name="email"), born]
    page.save()
    with translation.override("ru"):
        follow(post(page, full_name="Ольга", born="2020-01-02"))

    header, *rows = read_csv(export(coordinator))

    assert header[6:] == ["full_name", "topic", "message", "consent", "born", "email"]
    born = {row[header.index("full_name")]: row[header.index("born")] for row in rows}
    assert (born["Ольга"], born["Вера"]) == ("2020-01-02", "")


def test_a_long_table_costs_a_query_for_some_hundreds(
    three, coordinator, django_assert_max_num_queries
):
    one = Submission.objects.first()
    Submission.objects.bulk_create(
        Submission(
            form_key=one.form_key,
            form_title="x",
            language_code="en",
            status_changed_at=one.received_at,
            received_at=one.received_at,
            form_snapshot=one.form_snapshot,
            sealed_answers=one.sealed_answers,
        )
        for _number in range(450)
    )
    with django_assert_max_num_queries(40):
        _header, *rows = read_csv(export(coordinator))
    assert len(rows) == 453


def test_a_form_of_another_kind_stays_out(three, coordinator):
    follow(post(make_form_page(slug="another")))

    _header, *rows = read_csv(export(coordinator))

    assert len(rows) == 3


def test_a_mail_to_staff_speaks_their_language_and_one_to_the_sender_theirs(three, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "STAFF_LANGUAGE": "ru"}
    sent = Submission.objects.get(language_code="ar")
    for_staff = sent.deliveries.get(kind=Delivery.Kind.COORDINATOR)
    for_sender = sent.deliveries.filter(kind=Delivery.Kind.CONFIRMATION).first()

    text = build(for_staff).body
    assert "Лечение" in text
    assert "علاج" not in text
    assert build(for_staff).subject.endswith(sent.reference)
    assert for_sender is None  # nobody gave an address
    with translation.override(None):
        mail = build(make_delivery(sent, kind=Delivery.Kind.CONFIRMATION))
    assert 'dir="rtl"' in mail.alternatives[0].content
    assert "ar " + "We answer within" in mail.body  # the words of the Arabic page


def test_the_page_of_a_request_speaks_its_language(three):
    sent = Submission.objects.get(language_code="ar")
    with translation.override("ar"):
        url = reverse("treatment_forms:status", args=[make_status_token(sent.reference)])

    page = Client().get(url, headers={"Accept-Language": "en"}).content.decode()

    assert 'dir="rtl"' in page

"""The coordinators' desk: who sees what, and what they see."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page, ReferenceIndex

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.people import DOWNLOAD, VIEW, log_in, make_staff
from tests.treatment_forms.rows import (
    FORM_KEY,
    NOON,
    make_attachment,
    make_delivery,
    make_submission,
)
from treatment_forms import vault
from treatment_forms.desk.access import get_named_forms
from treatment_forms.desk.listing import read_reference
from treatment_forms.desk.mails import summarise
from treatment_forms.models import (
    Alarm,
    ConsentGiven,
    ConsentText,
    Delivery,
    DeliveryAttempt,
    FormAccess,
    Submission,
    SubmissionEvent,
)
from treatment_forms.states import OPENABLE, DeliveryState, State, Verdict

pytestmark = pytest.mark.django_db
LIST = "treatment_forms_desk:list"


@pytest.fixture
def coordinator():
    return log_in(make_staff("coordinator", VIEW, DOWNLOAD, forms=(FORM_KEY,)))


def get_url(submission):
    return reverse("treatment_forms_desk:request", args=[submission.reference])


def get_file_url(file):
    return reverse("treatment_forms_desk:file", args=[file.submission.reference, file.position])


def make_whole(**fields):
    """A request with one file, one dead mail and an alarm."""
    submission = make_submission(**fields)
    file = make_attachment(submission, verdict=Verdict.CLEAN)
    mail = make_delivery(submission, state=DeliveryState.DEAD, due_at=None)
    alarm = Alarm.objects.create(
        kind=Alarm.Kind.DELIVERY_DEAD, submission=submission, delivery=mail, raised_at=NOON
    )
    return submission, file, mail, alarm


def get_doors(submission, file, mail, alarm):
    """Every address about one request, with its method."""
    again = [submission.reference, mail.pk]
    return [
        ("get", get_url(submission)),
        ("get", get_file_url(file)),
        ("post", reverse("treatment_forms_desk:resend", args=again)),
        ("post", reverse("treatment_forms_desk:clear_alarm", args=[alarm.pk])),
    ]


# --- Who may -------------------------------------------------------------------------


def make_strangers():
    editor = make_staff("editor", "treatment_forms.add_treatmentformpage")
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=editor.groups.get(),
            page=Page.get_first_root_node(),
            permission=Permission.objects.get(
                content_type__app_label="wagtailcore",
                content_type__model="page",
                codename=f"{action}_page",
            ),
        )
    return [
        editor,
        make_staff("of another form", VIEW, DOWNLOAD, forms=(uuid4(),)),
        make_staff("of no form", VIEW, DOWNLOAD),
        make_staff("without the permission", DOWNLOAD, forms=(FORM_KEY,)),
        make_staff("who gives access", "treatment_forms.add_formaccess"),
    ]


def test_everyone_else_gets_the_same_404_as_for_what_is_not_there():
    doors = get_doors(*make_whole())
    gone = [url.replace("TR-", "TX-") for _method, url in doors]
    gone[3] = reverse("treatment_forms_desk:clear_alarm", args=[0])

    for user in make_strangers():
        client = log_in(user)
        for (method, url), nowhere in zip(doors, gone, strict=True):
            refused, missing = getattr(client, method)(url), getattr(client, method)(nowhere)
            assert refused.status_code == missing.status_code == 404, (user, url)
            assert strip(refused.content) == strip(missing.content), (user, url)

    assert Submission.objects.get().status == State.RECEIVED
    assert Alarm.objects.get().cleared_at is None
    assert Delivery.objects.count() == 1
    assert not SubmissionEvent.objects.exists()


@pytest.mark.parametrize("name", ["\x00", "TR-AB12-CD3\x00", "TR-AB12-CD34\x00", "tr-ab12-cd34"])
def test_what_is_no_reference_is_not_asked_of_the_database(coordinator, name):
    missing = coordinator.get(reverse("treatment_forms_desk:request", args=["TR-0000-0000"]))

    for method, view, more in (
        ("get", "request", []),
        ("get", "file", [1]),
        ("post", "resend", [1]),
    ):
        url = reverse(f"treatment_forms_desk:{view}", args=[name, *more])
        with CaptureQueriesContext(connection) as queries:
            response = getattr(coordinator, method)(url)

        assert response.status_code == 404, url
        assert strip(response.content) == strip(missing.content)
        assert [query["sql"] for query in queries if '"reference" =' in query["sql"]] == []


def strip(body):
    """Without what Wagtail makes anew for each answer."""
    return re.sub(rb'(csrf|CSRF)[^"]*"[^"]*"[^"]*"[^"]*"', b"", body)


def test_who_may_read_requests_of_another_form_sees_none_of_this_one():
    submission, *_rest = make_whole()
    client = log_in(make_staff("other", VIEW, DOWNLOAD, forms=(uuid4(),)))

    page = client.get(reverse(LIST))

    assert page.status_code == 200
    assert submission.reference not in page.content.decode()


@pytest.mark.parametrize("name", ["list", "list_results"])
def test_who_may_read_none_has_no_desk(name):
    make_whole()

    for user in make_strangers():
        if user.username != "of another form":
            response = log_in(user).get(reverse(f"treatment_forms_desk:{name}"))
            assert response.status_code == 404, user


def test_a_visitor_is_sent_to_the_login():
    for method, url in [*get_doors(*make_whole()), ("get", reverse(LIST))]:
        response = getattr(Client(), method)(url)
        assert response.status_code == 302
        assert reverse("wagtailadmin_login") in response["Location"]


def test_a_superuser_reads_every_form():
    submission, file, *_rest = make_whole(form_key=uuid4())
    root = log_in(get_user_model().objects.create_superuser("root", "r@example.org", "x"))

    assert submission.reference in root.get(reverse(LIST)).content.decode()
    assert root.get(get_file_url(file)).status_code == 200


def test_a_refusal_is_logged_without_what_was_written(caplog):
    submission, *_rest = make_whole()
    user = make_staff("stranger", VIEW)

    log_in(user).get(get_url(submission))

    assert f"{submission.reference!r} refused to user {user.pk}" in caplog.text


def test_only_those_who_may_see_the_menu_item():
    make_whole()
    item = f'"url": "{reverse(LIST)}"'
    member = make_staff("member", VIEW, forms=(FORM_KEY,))

    assert item in log_in(member).get(reverse("wagtailadmin_home")).content.decode()
    for user in make_strangers():
        if user.username != "of another form":
            home = log_in(user).get(reverse("wagtailadmin_home"))
            assert item not in home.content.decode(), user


def test_nothing_is_to_be_had_through_wagtails_own_views():
    page = make_form_page()
    submission, *_rest = make_whole(form_page=page, source_page=page)
    submission.form_key = page.translation_key
    submission.save()
    editor = make_strangers()[0]
    root = get_user_model().objects.create_superuser("root", "r@example.org", "x")

    for client in (log_in(editor), log_in(root)):
        forms = client.get(reverse("wagtailforms:index")).content.decode()
        assert reverse("wagtailforms:list_submissions", args=[page.pk]) not in forms
        own = client.get(reverse("wagtailforms:list_submissions", args=[page.pk]))
        assert own.status_code in {302, 404}
        for url in (
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            reverse("wagtailadmin_pages:usage", args=[page.pk]),
            reverse("wagtailadmin_pages:history", args=[page.pk]),
            reverse("wagtailadmin_pages:delete", args=[page.pk]),
            reverse("wagtailadmin_pages:search") + f"?q={submission.reference}",
            reverse("wagtailadmin_explore", args=[page.pk]),
            reverse("wagtailadmin_reports:site_history"),
        ):
            text = client.get(url).content.decode()
            assert get_url(submission) not in text, url
            assert "Vera" not in text, url
    assert not ReferenceIndex.model_is_indexable(Submission) or (
        Submission not in ReferenceIndex.tracked_models
    )


# --- The list ------------------------------------------------------------------------


def test_the_list_tells_what_matters_about_each_request(coordinator):
    submission, *_rest = make_whole(is_test=True)
    make_attachment(submission)

    text = coordinator.get(reverse(LIST)).content.decode()

    for part in (
        submission.reference,
        "Received",
        "Cancer treatment",
        "1 Clean, 1 Being checked",
        "Failed",
        "Alarm",
        "A mail could not be delivered",
        get_url(submission),
    ):
        assert part in text


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ([], "No mail"),
        (["waiting"], "On its way"),
        (["pending", "delivered"], "On its way"),
        (["accepted"], "Accepted by the mail server"),
        (["accepted", "delivered"], "Accepted by the mail server"),
        (["delivered"], "Delivered"),
        (["delivered", "dead"], "Failed"),
        (["bounced", "pending"], "Failed"),
        (["complained"], "Failed"),
    ],
)
def test_the_list_says_in_a_word_how_the_mails_stand(states, word):
    submission = make_submission()
    for number, state in enumerate(states):
        make_delivery(submission, state=state, recipient=f"{number}@example.org")
    patient = Delivery.Kind.CONFIRMATION
    make_delivery(submission, state=DeliveryState.BOUNCED, kind=patient, recipient="x@example.org")

    assert summarise(submission.deliveries.all()) == word


def test_of_two_mails_to_one_address_the_later_counts():
    submission = make_submission()
    make_delivery(submission, state=DeliveryState.DEAD)
    make_delivery(submission, state=DeliveryState.DELIVERED)

    assert summarise(submission.deliveries.all()) == "Delivered"


def test_a_test_request_is_marked_in_the_list(coordinator):
    make_submission(is_test=True)

    assert ">Test<" in "".join(coordinator.get(reverse(LIST)).content.decode().split())


def test_the_list_never_unseals_an_answer(coordinator, monkeypatch):
    make_whole()

    def unseal(sealed):
        raise AssertionError

    monkeypatch.setattr(vault, "unseal", unseal)
    assert "Vera" not in coordinator.get(reverse(LIST)).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(
    coordinator, django_assert_max_num_queries, django_assert_num_queries
):
    make_whole()
    with django_assert_max_num_queries(40) as few:
        coordinator.get(reverse(LIST))
    for _number in range(10):
        make_whole()

    with django_assert_num_queries(len(few)):
        coordinator.get(reverse(LIST))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?status=opened", ["opened"]),
        ("?status=received", ["other form", "test"]),
        ("?is_test=true", ["test"]),
        (f"?form_key={FORM_KEY}", ["opened", "test", "withdrawn"]),
        ("?status=nonsense", ["opened", "other form", "test", "withdrawn"]),
        ("?status=withdrawn", ["withdrawn"]),
        ("?status=spam", ["spam"]),
        ("", ["opened", "other form", "test", "withdrawn"]),
    ],
)
def test_the_list_can_be_narrowed(query, shown):
    other = uuid4()
    rows = {
        "opened": make_submission(status=State.OPENED),
        "other form": make_submission(form_key=other, form_title="Other"),
        "test": make_submission(is_test=True),
        "withdrawn": make_submission(status=State.WITHDRAWN),
        "spam": make_submission(status=State.SPAM),
    }
    client = log_in(make_staff("both", VIEW, forms=(FORM_KEY, other)))

    text = client.get(reverse(LIST) + query).content.decode()

    assert sorted(name for name, row in rows.items() if row.reference in text) == shown


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("TR-AB12-CD34", True),
        ("ab12cd34", True),
        ("tr ab12 cd34", True),
        ("AB12", True),
        ("AB12-C", True),
        ("ABI2", True),
        ("ZZZZ", False),
        ("-", False),
        ("%", False),
    ],
)
def test_a_reference_is_found_as_people_say_it(coordinator, heard, found):
    make_submission(reference="TR-AB12-CD34")

    response = coordinator.get(reverse(LIST), {"q": heard})

    assert response.status_code == 200
    assert ("TR-AB12-CD34" in response.content.decode()) == found


def test_a_nul_byte_is_no_server_error(coordinator):
    assert coordinator.get(reverse(LIST) + "?q=%00&status=%00&p=%00").status_code == 200


def test_a_reference_is_read_without_its_letters_that_do_not_exist():
    assert read_reference("tr-oil0-xyz") == "0110-XYZ"


def test_the_list_has_pages(coordinator):
    for number in range(51):
        make_submission(received_at=NOON + timedelta(minutes=number))

    first, second = (coordinator.get(reverse(LIST), {"p": page}) for page in (1, 2))

    assert first.content.count(b"TR-") > 50
    assert Submission.objects.earliest("received_at").reference in second.content.decode()


# --- One request ---------------------------------------------------------------------


def test_one_request_is_shown_whole(coordinator):
    submission, _file, mail, _alarm = make_whole()
    make_attachment(submission, name="scan.pdf", verdict=Verdict.UNSCANNABLE)
    attempt = {"delivery": mail, "number": 1, "started_at": NOON}
    DeliveryAttempt.objects.create(**attempt, outcome="permanent", answer="smtp 550")
    wording = ConsentText.objects.create(
        key="consent", language_code="en", text="I agree.", checksum="0", first_used_at=NOON
    )
    ConsentGiven.objects.create(submission=submission, text=wording, given_at=NOON)

    text = coordinator.get(get_url(submission)).content.decode()

    for part in (
        "Full name",
        "Vera Pavlova",
        "Cancer treatment",
        "Stage two, two lines<br>of text.",
        "I agree.",
        "report.pdf",
        "scan.pdf",
        "Could not be checked",
        "care@example.org",
        "Given up",
        "Permanent error",
        "smtp 550",
        "Send again",
        "A mail could not be delivered",
        "Status changed",
        "coordinator",
    ):
        assert part in text


def test_reading_a_request_opens_it_once(coordinator):
    submission = make_submission()

    coordinator.get(get_url(submission))
    coordinator.get(get_url(submission))

    submission.refresh_from_db()
    event = submission.events.get()
    assert submission.status == State.OPENED
    assert (event.source, event.target) == (State.RECEIVED, State.OPENED)
    assert event.actor.username == "coordinator"


def test_asking_for_the_headers_opens_nothing(coordinator):
    submission = make_submission()

    assert coordinator.head(get_url(submission)).status_code == 200

    submission.refresh_from_db()
    assert submission.status == State.RECEIVED
    assert not submission.events.exists()


def test_what_a_visitor_wrote_cannot_act_or_deceive(coordinator):
    evil = "<script>alert(1)</script>\u202egpj.exe"
    submission = make_submission(answers={"name": evil, "unknown<b>": evil}, topic=evil)
    make_attachment(submission, name=evil)

    for url in (get_url(submission), reverse(LIST)):
        text = coordinator.get(url).content.decode()
        assert "<script>alert" not in text
        assert "unknown<b>" not in text
    assert "\ufffdgpj.exe" in coordinator.get(get_url(submission)).content.decode()


def test_answers_of_every_kind_are_readable(coordinator):
    answers = {"yes": True, "no": False, "some": ["a", "b"], "none": None, "number": 7}
    snapshot = [{"key": "some", "label": "Some", "kind": "checkboxes", "choices": {"a": "First"}}]
    submission = make_submission(answers=answers, form_snapshot=snapshot)

    text = "".join(coordinator.get(get_url(submission)).content.decode().split())

    for part in (">First,b<", ">Yes<", ">No<", ">7<"):
        assert part in text


# --- Files ---------------------------------------------------------------------------


def test_a_clean_file_is_downloaded_and_never_shown(coordinator):
    file = make_attachment(
        make_submission(), content=b"<script>", name="Снимок 1.html", verdict=Verdict.CLEAN
    )

    response = coordinator.get(get_file_url(file))

    assert b"".join(response.streaming_content) == b"<script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == (
        'attachment; filename="1.html"; '
        "filename*=UTF-8''%D0%A1%D0%BD%D0%B8%D0%BC%D0%BE%D0%BA%201.html"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    "name", ['a"; filename="b.exe', "a\r\nX-Evil: 1", "../../etc/passwd", "c:\\x", "a\u202ex"]
)
def test_a_name_cannot_leave_its_header_or_folder(coordinator, name):
    file = make_attachment(make_submission(), name=name, verdict=Verdict.CLEAN)

    response = coordinator.get(get_file_url(file))

    assert "X-Evil" not in response
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not {"/", "\u202e", "\r", "\n"} & set(disposition)
    assert "c:\\\\x" not in disposition


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_only_an_openable_file_opens(coordinator, verdict):
    file = make_attachment(make_submission(), verdict=verdict)

    response = coordinator.get(get_file_url(file))
    text = coordinator.get(get_url(file.submission)).content.decode()

    assert response.status_code == (200 if verdict in OPENABLE else 404)
    assert (get_file_url(file) in text) == (verdict in OPENABLE)


def test_each_download_is_in_the_history(coordinator):
    file = make_attachment(make_submission(), verdict=Verdict.CLEAN)

    for _time in range(2):
        b"".join(coordinator.get(get_file_url(file)).streaming_content)

    events = file.submission.events.filter(kind=SubmissionEvent.Kind.DOWNLOADED)
    assert [event.detail for event in events] == [{"attachment": file.pk}] * 2
    assert {event.actor.username for event in events} == {"coordinator"}


def test_who_may_read_only_does_not_get_files():
    file = make_attachment(make_submission(), verdict=Verdict.CLEAN)
    reader = log_in(make_staff("reader", VIEW, forms=(FORM_KEY,)))

    assert reader.get(get_file_url(file)).status_code == 404
    assert get_file_url(file) not in reader.get(get_url(file.submission)).content.decode()


def test_a_file_is_not_got_under_the_name_of_another_request(coordinator):
    file = make_attachment(make_submission(form_key=uuid4()), verdict=Verdict.CLEAN)
    own = make_submission()

    url = reverse("treatment_forms_desk:file", args=[own.reference, file.position])

    assert coordinator.get(url).status_code == 404


def test_a_file_whose_bytes_cannot_be_had_is_a_503(coordinator):
    file = make_attachment(make_submission(), verdict=Verdict.CLEAN)
    vault.discard(file.stored_name)

    assert coordinator.get(get_file_url(file)).status_code == 503
    assert not file.submission.events.exists()


def test_a_file_is_not_fetched_by_post(coordinator):
    file = make_attachment(make_submission(), verdict=Verdict.CLEAN)

    assert coordinator.post(get_file_url(file)).status_code == 405


# --- What can be done ----------------------------------------------------------------


def test_a_dead_mail_is_sent_again(coordinator, mailoutbox, django_capture_on_commit_callbacks):
    submission, _file, mail, _alarm = make_whole()
    url = reverse("treatment_forms_desk:resend", args=[submission.reference, mail.pk])

    with django_capture_on_commit_callbacks(execute=True):
        coordinator.post(url)
    coordinator.post(url)

    assert len(mailoutbox) == 1
    assert submission.deliveries.count() == 2
    assert not submission.alarms.filter(cleared_at=None).exists()


def test_a_mail_of_another_request_is_not_sent_again(coordinator):
    submission = make_submission()
    _other, _file, mail, _alarm = make_whole(form_key=uuid4())
    url = reverse("treatment_forms_desk:resend", args=[submission.reference, mail.pk])

    assert coordinator.post(url).status_code == 404
    assert Delivery.objects.count() == 1


def test_an_alarm_stands_on_the_first_page_until_it_is_cleared(coordinator):
    submission, _file, _mail, alarm = make_whole()
    home = reverse("wagtailadmin_home")
    assert submission.reference in coordinator.get(home).content.decode()

    coordinator.post(reverse("treatment_forms_desk:clear_alarm", args=[alarm.pk]))

    alarm.refresh_from_db()
    assert alarm.cleared_by.username == "coordinator"
    assert submission.reference not in coordinator.get(home).content.decode()


def test_an_alarm_about_a_stranger_is_not_told():
    submission, *_rest = make_whole()
    client = log_in(make_staff("other", VIEW, forms=(uuid4(),)))

    assert submission.reference not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_nothing_changes_by_get(coordinator):
    submission, _file, mail, alarm = make_whole()
    again = [submission.reference, mail.pk]

    for name, args in (("resend", again), ("clear_alarm", [alarm.pk])):
        url = reverse(f"treatment_forms_desk:{name}", args=args)
        assert coordinator.get(url).status_code == 405


# --- Access --------------------------------------------------------------------------


def test_access_is_given_by_those_who_may(db):
    page = make_form_page(title="The form")
    giver = make_staff("giver", *(f"treatment_forms.{one}_formaccess" for one in ("add", "delete")))
    member = make_staff("member", VIEW)
    submission = make_submission(form_key=page.translation_key)
    client = log_in(giver)
    add = reverse("treatment_forms_access:add")

    assert "The form" in client.get(add).content.decode()
    given = {"form_key": str(page.translation_key), "group": member.groups.get().pk}
    assert client.post(add, given).status_code == 302

    assert log_in(member).get(get_url(submission)).status_code == 200
    index = client.get(reverse("treatment_forms_access:index")).content.decode()
    assert "The form" in index


def test_access_is_not_given_by_others(coordinator):
    add = reverse("treatment_forms_access:add")
    group = make_staff("member", VIEW).groups.get()

    response = coordinator.post(add, {"form_key": str(FORM_KEY), "group": group.pk})

    assert response.status_code == 302
    assert not FormAccess.objects.filter(group=group).exists()


def test_access_to_a_form_that_nobody_knows_is_not_given():
    giver = make_staff("giver", "treatment_forms.add_formaccess")

    response = log_in(giver).post(
        reverse("treatment_forms_access:add"),
        {"form_key": str(uuid4()), "group": giver.groups.get().pk},
    )

    assert response.status_code == 200
    assert not FormAccess.objects.exists()


def test_each_form_is_read_once_however_many_requests_it_has():
    for title in ("New title", "Old title", "Old title"):
        make_submission(form_title=title)

    assert list(get_named_forms(Submission.objects.all())) == [
        (FORM_KEY, "New title"),
        (FORM_KEY, "Old title"),
    ]


def test_the_list_of_access_asks_for_the_forms_once(django_assert_num_queries):
    giver = log_in(make_staff("giver", "treatment_forms.add_formaccess"))
    make_submission(form_title="A form whose page is gone")
    make_staff("member", VIEW, forms=(FORM_KEY,))
    index = reverse("treatment_forms_access:index")
    text = giver.get(index).content.decode()
    assert "A form whose page is gone" in text
    assert "member" in text
    with CaptureQueriesContext(connection) as few:
        giver.get(index)
    for number in range(5):
        make_staff(f"member {number}", VIEW, forms=(FORM_KEY,))

    with django_assert_num_queries(len(few)):
        giver.get(index)


# --- Lasting -------------------------------------------------------------------------


def test_a_request_outlives_its_pages(coordinator):
    page = make_form_page()
    submission, file, mail, _alarm = make_whole(form_page=page, source_page=page)

    page.delete()

    submission.refresh_from_db()
    assert submission.form_page is None
    assert coordinator.get(get_url(submission)).status_code == 200
    assert coordinator.get(get_file_url(file)).status_code == 200
    assert Delivery.objects.filter(pk=mail.pk).exists()


def test_a_request_outlives_its_language(coordinator):
    locale = Locale.objects.create(language_code="ar")
    page = make_form_page()
    translated = page.copy_for_translation(locale, copy_parents=True)
    submission, *_rest = make_whole(form_page=translated, language_code="ar")

    Page.objects.filter(locale=locale).order_by("depth").first().delete()
    locale.delete()

    submission.refresh_from_db()
    assert submission.form_page is None
    assert coordinator.get(get_url(submission)).status_code == 200

"""Links in mails to staff: what only looks changes nothing, what presses the button gets a file."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.treatment_forms.people import VIEW, log_in, make_staff
from tests.treatment_forms.posting import PDF
from tests.treatment_forms.rows import (
    FORM_KEY,
    NOON,
    make_attachment,
    make_delivery,
    make_submission,
)
from tests.wire.clamd import Mood
from treatment_forms import conf, tokens, vault
from treatment_forms.errors import FileClosed, Stale
from treatment_forms.models import Attachment, Delivery, FileLink, Submission, SubmissionEvent
from treatment_forms.services import links
from treatment_forms.services.release import release
from treatment_forms.states import State, Verdict

pytestmark = pytest.mark.django_db
HOST = "https://care.example"


@pytest.fixture(autouse=True)
def _now(settings, monkeypatch):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "BASE_URL": f"{HOST}/"}
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def make_link(*verdicts, **fields):
    """A mail about a request with these files, and the address in it."""
    submission = make_submission(**fields)
    for verdict in verdicts or (Verdict.CLEAN,):
        make_attachment(submission, verdict=verdict)
    mail = make_delivery(submission)
    return submission, links.get_or_make(mail, NOON).removeprefix(HOST)


def press(url, position=1, **headers):
    client = Client(enforce_csrf_checks=True)
    return client.post(url, {"file": str(position)}, headers=headers)


# --- The address ---------------------------------------------------------------------


def test_a_mail_has_one_address_for_a_time():
    mail = make_delivery()

    first = links.get_or_make(mail, NOON)
    second = links.get_or_make(mail, NOON + timedelta(hours=1))

    link = FileLink.objects.get()
    assert first == second
    assert first.startswith(f"{HOST}/")
    assert link.expires_at == NOON + timedelta(days=conf.get("LINK_DAYS"))
    assert mail.submission.reference not in first


def test_each_recipient_has_an_address_of_their_own():
    submission = make_submission()
    mails = [make_delivery(submission, recipient=f"{name}@example.org") for name in "ab"]

    assert len({links.get_or_make(mail, NOON) for mail in mails}) == 2


@pytest.mark.parametrize("kind", sorted(set(Delivery.Kind) - links.FOR_STAFF))
def test_a_mail_to_anybody_else_never_has_one(kind):
    with pytest.raises(ValueError, match=kind):
        links.get_or_make(make_delivery(kind=kind), NOON)

    assert not FileLink.objects.exists()


# --- Looking -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing_and_opens_nothing(method):
    submission, url = make_link()

    for _time in range(3):
        response = getattr(Client(), method)(url)
        assert response.status_code == 200
        assert not response.streaming

    submission.refresh_from_db()
    assert submission.status == State.RECEIVED
    assert not SubmissionEvent.objects.exists()
    assert Attachment.objects.get().downloaded_at is None


def test_the_page_shows_each_file_with_its_state_and_no_answer():
    submission, url = make_link(*Verdict)
    Attachment.objects.filter(verdict=Verdict.INFECTED).update(stored_name="")

    text = Client().get(url).content.decode()

    for part in (submission.reference, *(str(verdict.label) for verdict in Verdict)):
        assert part in text
    assert re.findall(r'name="file"\s+value="(\d)"', text) == ["2", "5"]  # clean and released
    assert text.count("This file is deleted") == 1
    assert "report.pdf" in text
    assert "Vera" not in text
    assert "Cancer" not in text


def test_the_page_is_for_nobody_elses_eyes_and_no_index():
    _submission, url = make_link()

    for response in (Client().get(url), press(url), press(url, 7), Client().get(f"{url[:-1]}x/")):
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"
        assert not response.cookies


def test_a_released_file_says_by_whom_and_why():
    submission, url = make_link(Verdict.UNSCANNABLE)
    actor = make_staff("releaser")
    file = submission.attachments.get()
    release(file, reason="Its sender told me <b>what</b> it is.", actor_id=actor.pk, at=NOON)

    text = Client().get(url).content.decode()

    assert "Released by releaser: Its sender told me &lt;b&gt;what" in text


def test_what_a_sender_called_a_file_cannot_act_or_deceive():
    submission, url = make_link()
    submission.attachments.update(name="<script>alert(1)</script>\u202egpj.exe")

    text = Client().get(url).content.decode()

    assert "<script>alert" not in text
    assert "\ufffdgpj.exe" in text


def test_a_withdrawn_request_says_so():
    _submission, url = make_link(status=State.WITHDRAWN)
    Attachment.objects.update(stored_name="")

    text = Client().get(url).content.decode()

    assert "has withdrawn it" in text
    assert "report.pdf" not in text
    assert press(url).status_code == 409


# --- Pressing ------------------------------------------------------------------------


def test_the_button_gives_the_file_and_writes_it_down():
    submission, url = make_link(Verdict.NOT_YET, Verdict.CLEAN)

    response = press(url, 2)

    link = FileLink.objects.get()
    file = submission.attachments.get(position=2)
    used, opened = submission.events.all()
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert used.kind == SubmissionEvent.Kind.LINK_USED
    assert used.detail == {"attachment": file.pk, "link": link.pk, "delivery": link.delivery_id}
    assert (opened.target, opened.detail) == (State.OPENED, {"link": link.pk})
    assert file.downloaded_at == NOON


def test_a_link_is_not_used_up():
    submission, url = make_link()

    assert [press(url).status_code for _time in range(3)] == [200] * 3

    assert submission.events.filter(kind=SubmissionEvent.Kind.LINK_USED).count() == 3
    assert submission.events.filter(kind=SubmissionEvent.Kind.STATUS).count() == 1


@pytest.mark.parametrize("verdict", [Verdict.NOT_YET, Verdict.INFECTED, Verdict.UNSCANNABLE])
def test_a_closed_file_does_not_come(verdict):
    submission, url = make_link(verdict)

    response = press(url)

    assert response.status_code == 409
    assert "File 1 cannot be opened now" in response.content.decode()
    assert not submission.events.exists()
    submission.refresh_from_db()
    assert submission.status == State.RECEIVED


def test_malware_that_the_scanner_knows_by_now_does_not_come(clamd):
    _submission, url = make_link()
    clamd.mood = Mood.FOUND

    response = press(url)

    assert response.status_code == 409
    assert "This file is deleted" in response.content.decode()
    assert Attachment.objects.get().verdict == Verdict.INFECTED


@pytest.mark.parametrize("position", ["2", "0", "-1", "", "x", "\0", "٣", "9" * 30])
def test_there_is_no_other_file(position):
    make_link()
    _submission, url = make_link()

    assert press(url, position).status_code == 404


def test_a_link_opens_no_file_of_another_request():
    make_link()
    other = make_attachment(make_submission(), verdict=Verdict.CLEAN)

    with pytest.raises(FileClosed):
        links.use(FileLink.objects.get(), other, clock=lambda: NOON)


def test_bytes_that_cannot_be_had_are_a_503():
    submission, url = make_link()
    vault.discard(submission.attachments.get().stored_name)

    assert press(url).status_code == 503
    assert not submission.events.exists()


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}]
)
def test_another_site_presses_no_button(headers):
    submission, url = make_link()

    assert press(url, **headers).status_code == 403
    assert not submission.events.exists()


@pytest.mark.parametrize("status", [State.SPAM, State.WITHDRAWN])
def test_a_link_opens_only_what_was_received(status):
    submission, url = make_link(status=status)

    press(url)

    submission.refresh_from_db()
    assert submission.status == status


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_there_is_no_other_way(method):
    _submission, url = make_link()

    assert getattr(Client(), method)(url).status_code == 405


# --- Closed --------------------------------------------------------------------------


def get_closed_urls():
    """One link of each kind that opens nothing."""
    _submission, expired = make_link()
    FileLink.objects.update(expires_at=NOON)
    _submission, revoked = make_link()
    FileLink.objects.filter(revoked_at=None, expires_at__gt=NOON).update(revoked_at=NOON)
    unknown = reverse("treatment_forms:files", args=[tokens.make_link_token(987654)])
    forged = [expired[:-2] + "x/", reverse("treatment_forms:files", args=["1"])]
    other = tokens.make_status_token("1")  # signed by us, for something else
    return [expired, revoked, unknown, *forged, reverse("treatment_forms:files", args=[other])]


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_closed_link_is_the_same_404(method):
    closed = [getattr(Client(), method)(url, {"file": "1"}) for url in get_closed_urls()]

    assert {response.status_code for response in closed} == {404}
    assert len({strip(response.content) for response in closed}) == 1
    assert len({tuple(sorted(response.headers.items())) for response in closed}) == 1
    assert not SubmissionEvent.objects.exists()


def strip(body):
    """Without the address itself, which the frame of a site may repeat."""
    return re.sub(rb"files/[^/]+/", b"files/", body)


def test_no_address_comes_into_the_log(caplog):
    _submission, url = make_link(Verdict.NOT_YET)
    closed = get_closed_urls()

    press(url)
    press(url, 9)
    Client().put(url)
    for address in closed:
        Client().get(address)

    for address in [url, *closed]:
        token = address.rstrip("/").rpartition("/")[2]
        assert token == "1" or token not in caplog.text
    assert "Link 987654 opens nothing" in caplog.text


def test_one_address_does_not_try_for_ever(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_LINKS": "3/10m"}
    submission, url = make_link()
    for _time in range(3):
        Client().get(f"{url[:-1]}x/")

    response = press(url)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 601
    assert "Please wait a little" in response.content.decode()
    assert not submission.events.exists()


# --- In the desk ---------------------------------------------------------------------


@pytest.fixture
def coordinator():
    return log_in(make_staff("coordinator", VIEW, forms=(FORM_KEY,)))


def get_request_url(submission):
    return reverse("treatment_forms_desk:request", args=[submission.reference])


def test_staff_see_each_link_with_its_uses_and_switch_it_off(coordinator):
    submission, url = make_link()
    press(url)
    revoke = reverse(
        "treatment_forms_desk:revoke", args=[submission.reference, FileLink.objects.get().pk]
    )
    text = coordinator.get(get_request_url(submission)).content.decode()
    assert revoke in text
    assert "File opened by the link in a mail" in text
    assert "mail to care@example.org" in text

    page = coordinator.post(revoke, follow=True).content.decode()

    assert "Switched off" in page
    assert revoke not in page
    assert "Link in a mail revoked" in page
    assert press(url).status_code == 404
    assert FileLink.objects.get().revoked_by.username == "coordinator"


def test_a_link_is_switched_off_once(coordinator):
    submission, _url = make_link()
    link = FileLink.objects.get()
    actor = make_staff("other")
    links.revoke(link.pk, at=NOON, actor_id=actor.pk)

    with pytest.raises(Stale):
        links.revoke(link.pk, at=NOON, actor_id=actor.pk)
    page = coordinator.post(
        reverse("treatment_forms_desk:revoke", args=[submission.reference, link.pk]), follow=True
    )

    assert "switched off already" in page.content.decode()
    assert submission.events.count() == 2  # revoked, and read by the coordinator


def test_a_link_of_another_request_is_not_switched_off(coordinator):
    make_link()
    own = make_submission()
    url = reverse("treatment_forms_desk:revoke", args=[own.reference, FileLink.objects.get().pk])

    assert coordinator.post(url).status_code == 404
    assert FileLink.objects.get().revoked_at is None


def test_an_expired_link_is_told_and_has_no_button(coordinator):
    submission, _url = make_link()
    FileLink.objects.update(expires_at=NOON)

    text = coordinator.get(get_request_url(submission)).content.decode()

    assert "Expired" in text
    assert "/revoke/" not in text
    assert Submission.objects.get().status == State.OPENED

"""Files in mails, from the form's choice to the wire: openable ones only, and none in silence."""

import email
import email.policy
import hashlib
import json
import re
import threading
from base64 import b64decode
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from tests.treatment_forms.editing import add, make_data
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from tests.wire.esp import provider
from tests.wire.smtp import get_closed_port, smtp_server
from treatment_forms import conf, vault
from treatment_forms.files.sniffing import TEXT
from treatment_forms.mail import packing
from treatment_forms.mail.message import build
from treatment_forms.mail.parcel import EMPTY, Parcel
from treatment_forms.models import Alarm, Attachment, Delivery, TreatmentFormPage
from treatment_forms.services import deliver, pack
from treatment_forms.services.links import get_or_make
from treatment_forms.services.withdraw import withdraw
from treatment_forms.states import OPENABLE, DeliveryState, Verdict

pytestmark = pytest.mark.django_db
noon = partial(lambda at: at, NOON)
ATTACH = TreatmentFormPage.FilesInMail.ATTACH


@pytest.fixture
def submission(form_page):
    form_page.files_in_mail = ATTACH
    form_page.save()
    return make_submission(form_page=form_page)


def make_clean(submission, content=b"%PDF-1.7 a report", **fields):
    return make_attachment(submission, content=content, verdict=Verdict.CLEAN, **fields)


@pytest.fixture
def send(mailoutbox):
    """Deliver a mail; the message that left, and its row afterwards."""

    def leave(delivery):
        deliver.deliver(delivery.pk, clock=noon)
        delivery.refresh_from_db()
        return mailoutbox[-1]

    return leave


def get_files(message):
    raw = message.message().as_bytes()
    parts = email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()
    return {part.get_filename(): part.get_payload(decode=True) for part in parts}


def get_bodies(message):
    return message.body, str(message.alternatives[0][0])


def test_an_editor_chooses_that_files_travel(admin):
    response = add(admin, make_data({"label": "Name"}, files_in_mail="attach"))

    assert response.status_code == 302
    assert TreatmentFormPage.objects.get().files_in_mail == ATTACH


def test_links_are_the_rule(form_page, send):
    delivery = make_delivery(make_submission(form_page=form_page))
    make_clean(delivery.submission)

    message = send(delivery)

    assert get_files(message) == {}
    assert delivery.packing == {"attached": [], "linked": [1]}
    link = get_or_make(delivery, NOON)
    for body in get_bodies(message):
        assert link in body
        assert "Not attached: use the link below" in body
    assert Client().get(urlsplit(link).path).status_code == 200


def test_each_recipient_has_a_link_of_their_own_and_the_same_at_each_try():
    submission = make_submission()
    make_clean(submission)
    first, second = make_delivery(submission), make_delivery(submission)

    links = [pack.pack(one, at=NOON).link for one in (first, second, first)]

    assert links[0] == links[2] != links[1]


def test_a_mail_without_files_or_to_a_patient_brings_no_link():
    submission = make_submission()
    assert pack.pack(make_delivery(submission), at=NOON).link == ""

    make_clean(submission)
    mail = make_delivery(submission, kind=Delivery.Kind.CONFIRMATION)
    assert pack.pack(mail, at=NOON) == EMPTY


@pytest.mark.parametrize(("is_newer", "count"), [(False, 1), (True, 0)])
def test_a_file_that_the_scanner_would_look_at_again_is_linked(
    submission, send, clamd, is_newer, count
):
    make_clean(submission, scanned_with="ClamAV 1.0/1/old" if is_newer else clamd.version)

    assert len(get_files(send(make_delivery(submission)))) == count


def test_a_scanner_that_is_down_keeps_files_linked_and_changes_no_verdict(
    submission, send, settings
):
    url = f"tcp://127.0.0.1:{get_closed_port()}"
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": url}
    file = make_clean(submission)

    assert get_files(send(make_delivery(submission))) == {}
    file.refresh_from_db()
    assert file.verdict == Verdict.CLEAN


def test_a_form_may_send_the_files_themselves(submission, send):
    make_clean(submission, name="Снимок.pdf")
    make_clean(submission, content=b"\xff\xd8\xff photo", name="a.jpg", media_type="image/jpeg")
    delivery = make_delivery(submission)

    message = send(delivery)

    assert get_files(message) == {
        "Снимок.pdf": b"%PDF-1.7 a report",
        "a.jpg": b"\xff\xd8\xff photo",
    }
    assert delivery.packing == {"attached": [1, 2], "linked": []}
    for body in get_bodies(message):
        assert body.count("Attached to this mail") == 2


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_only_files_that_anybody_may_open_travel(submission, send, verdict):
    make_attachment(submission, verdict=verdict)
    delivery = make_delivery(submission)

    message = send(delivery)

    assert bool(get_files(message)) == (verdict in OPENABLE)
    assert delivery.packing["attached"] == ([1] if verdict in OPENABLE else [])
    for body in get_bodies(message):
        assert str(verdict.label) in body


def test_a_file_whose_bytes_are_gone_is_listed_and_in_neither_heap(submission, send):
    file = make_attachment(submission, verdict=Verdict.INFECTED)
    Attachment.objects.filter(pk=file.pk).update(stored_name="")
    delivery = make_delivery(submission)

    message = send(delivery)

    assert delivery.packing == {"attached": [], "linked": []}
    for body in get_bodies(message):
        assert "report.pdf" in body
        assert "Deleted" in body


def test_a_verdict_that_comes_while_the_bytes_are_fetched_counts(submission, send, monkeypatch):
    file = make_clean(submission)
    real = pack.fetch

    def fetch(files):  # the scanner is the wire here
        contents = real(files)
        Attachment.objects.filter(pk=file.pk).update(verdict=Verdict.UNSCANNABLE)
        return contents

    monkeypatch.setattr(pack, "fetch", fetch)
    delivery = make_delivery(submission)

    message = send(delivery)

    assert get_files(message) == {}
    assert delivery.packing == {"attached": [], "linked": [1]}
    assert "Could not be checked" in message.body


def test_a_request_taken_back_while_its_files_are_fetched_tells_nothing_more(
    submission, send, monkeypatch
):
    make_clean(submission)
    real = pack.fetch

    def fetch(files):  # the sender is the wire here
        contents = real(files)
        withdraw(submission.pk, at=NOON)
        return contents

    monkeypatch.setattr(pack, "fetch", fetch)

    message = send(make_delivery(submission))

    assert get_files(message) == {}
    for body in get_bodies(message):
        assert "withdrawn" in body.lower()
        assert "report.pdf" not in body
        assert "Cancer" not in body


def test_what_does_not_fit_is_linked(submission, send, monkeypatch):
    monkeypatch.setattr(conf, "MAIL_ATTACHED_BYTES", 100)
    for size in (60, 60, 40, 1):
        make_clean(submission, content=b"x" * size, name=f"{size}.pdf")
    delivery = make_delivery(submission)

    message = send(delivery)

    assert sorted(map(len, get_files(message).values())) == [40, 60]
    assert delivery.packing == {"attached": [1, 3], "linked": [2, 4]}
    for body in get_bodies(message):
        assert body.count("60.pdf") == 2
        assert body.count("Attached to this mail") == 2


def test_the_providers_limit_holds_to_the_byte(submission, send, settings):
    file, probe = make_clean(submission, content=b"x" * 100_000), make_delivery(submission)
    words = packing.get_words_bytes(build(probe, Parcel({}, get_or_make(probe, NOON))))
    piece = packing.Piece(1, file.size, file.name)
    fits = words + packing.get_part_bytes(piece)

    for limit, count in ((fits, 1), (fits - 1, 0)):
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "MAIL_LIMITS": {"smtp": limit}}
        message = send(make_delivery(submission, recipient=f"care{limit}@example.org"))
        assert len(get_files(message)) == count
        assert len(message.message().as_bytes()) <= limit


def test_a_storage_that_is_down_keeps_no_mail_back(submission, send, caplog):
    file = make_clean(submission, name="Vera.pdf")
    vault.discard(file.stored_name)
    delivery = make_delivery(submission)

    message = send(delivery)

    assert delivery.state == DeliveryState.ACCEPTED
    assert get_files(message) == {}
    assert delivery.packing == {"attached": [], "linked": [1]}
    assert "Vera" not in caplog.text


def test_a_storage_that_hangs_keeps_no_mail_back(submission, send, monkeypatch):
    quick, slow = make_clean(submission), make_clean(submission)
    monkeypatch.setattr(conf, "MAIL_FILES_SECONDS", 1.5)
    real, end = vault.fetch, threading.Event()

    def fetch(stored_name):  # the storage is the wire here
        if stored_name == slow.stored_name:
            end.wait(30)
        return real(stored_name)

    monkeypatch.setattr(vault, "fetch", fetch)
    delivery = make_delivery(submission)

    message = send(delivery)
    end.set()

    assert len(get_files(message)) == 1
    assert delivery.packing == {"attached": [quick.position], "linked": [slow.position]}


def test_bytes_that_are_not_those_received_stay_behind(submission, send, caplog):
    file = make_clean(submission)
    stored = vault.store(ContentFile(b"%PDF-1.7 a REPORT"))
    Attachment.objects.filter(pk=file.pk).update(stored_name=stored)
    delivery = make_delivery(submission)

    message = send(delivery)

    assert get_files(message) == {}
    assert f"File {file.pk} is not what was received" in caplog.text


def test_more_bytes_than_received_are_not_even_read(submission, send):
    file = make_clean(submission)
    stored = vault.store(ContentFile(b"x" * (3 * pack.CHUNK_BYTES)))
    Attachment.objects.filter(pk=file.pk).update(stored_name=stored)

    assert pack.fetch([Attachment.objects.get(pk=file.pk)]) == {}


def test_text_in_another_coding_is_linked(submission, send):
    make_clean(submission, "Заключение".encode("cp1251"), name="a.txt", media_type=TEXT)
    make_clean(submission, "Заключение\n".encode(), name="b.txt", media_type=TEXT)
    delivery = make_delivery(submission)

    message = send(delivery)

    assert get_files(message) == {"b.txt": "Заключение\n".encode()}
    assert delivery.packing == {"attached": [2], "linked": [1]}


def test_a_recipient_gets_later_files_alone(submission, send):
    make_clean(submission)
    send(make_delivery(submission))
    make_clean(submission, content=b"%PDF-1.7 another", name="later.pdf")
    fresh = make_delivery(submission, kind=Delivery.Kind.ESCALATION)
    other = make_delivery(
        submission, kind=Delivery.Kind.ESCALATION, recipient="fallback@example.org"
    )

    assert set(get_files(send(fresh))) == {"later.pdf"}
    assert set(get_files(send(other))) == {"report.pdf", "later.pdf"}
    assert fresh.packing == {"attached": [2], "linked": [1]}


@pytest.fixture
def mail_to(settings):
    settings.EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return partial(setattr, settings, "EMAIL_PORT")


def test_a_mail_refused_with_its_files_is_sent_with_links(submission, mail_to):
    make_clean(submission)
    delivery = make_delivery(submission)

    with smtp_server(dot=b"552 too big") as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)
        server.answers.clear()
        deliver.deliver(delivery.pk, clock=noon)
        first, second = server.messages

    delivery.refresh_from_db()
    assert list(first.iter_attachments())
    assert not list(second.iter_attachments())
    assert (delivery.state, delivery.packing["linked"]) == (DeliveryState.ACCEPTED, [1])
    assert not Alarm.objects.exists()


def test_a_mail_refused_without_files_too_is_given_up(submission, mail_to):
    make_clean(submission)
    delivery = make_delivery(submission)

    with smtp_server(rcpt=b"550 unknown") as server:
        mail_to(server.port)
        for _time in range(3):
            deliver.deliver(delivery.pk, clock=noon)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert delivery.attempts.count() == 2
    assert Alarm.objects.get().kind == Alarm.Kind.DELIVERY_DEAD


def test_files_that_are_too_heavy_for_the_line_stay_behind_at_the_third_try(submission, send):
    make_clean(submission)
    delivery = make_delivery(submission)
    counts = []

    for _time in range(3):
        delivery.refresh_from_db()
        attempt = deliver.claim(delivery.pk, at=delivery.due_at)
        counts.append(len(pack.pack(attempt.delivery, at=NOON).attached))

    assert counts == [1, 1, 0]


def test_bytes_arrive_over_smtp_as_they_were_received(submission, mail_to):
    content = bytes(range(256)) * 4096
    make_clean(submission, content=content, name="Ответ врача 🫀.pdf")
    delivery = make_delivery(submission)

    with smtp_server() as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)
        [message] = server.messages

    [part] = message.iter_attachments()
    assert part.get_filename() == "Ответ врача 🫀.pdf"
    arrived = part.get_payload(decode=True)
    assert hashlib.sha256(arrived).digest() == hashlib.sha256(content).digest()


KEYS = {
    "postmark": {"POSTMARK_SERVER_TOKEN": "token"},
    "mailgun": {"MAILGUN_API_KEY": "key", "MAILGUN_SENDER_DOMAIN": "example.org"},
    "brevo": {"BREVO_API_KEY": "key"},
    "resend": {"RESEND_API_KEY": "key"},
}


@pytest.mark.parametrize("esp", sorted(KEYS))
def test_bytes_arrive_at_a_provider_as_they_were_received(submission, settings, esp):
    content = bytes(range(256)) * 16
    make_clean(submission, content=content, name="Снимок.jpg", media_type="image/heic")
    delivery = make_delivery(submission)
    settings.EMAIL_BACKEND = f"anymail.backends.{esp}.EmailBackend"

    with provider(esp) as endpoint:
        settings.ANYMAIL = {**KEYS[esp], f"{esp.upper()}_API_URL": endpoint.url}
        deliver.deliver(delivery.pk, clock=noon)
        [call] = endpoint.calls

    delivery.refresh_from_db()
    assert (delivery.state, delivery.packing["attached"]) == (DeliveryState.ACCEPTED, [1])
    assert delivery.provider_id
    assert len(call.body) <= conf.MAIL_LIMITS[esp]
    name = "file-1.heic" if esp == "brevo" else "Снимок.heic"
    assert read_file(esp, call) == (name, content)
    assert esp != "brevo" or "Attached to this mail as file-1.heic" in call.json["textContent"]


def read_file(esp, call):
    if esp == "mailgun":
        pattern = rb'filename="([^"]+)"\r\n.*?\r\n\r\n(.*)\r\n--'
        name, content = re.search(pattern, call.body, re.DOTALL).groups()
        return name.decode(), content
    keys = {
        "postmark": ("Attachments", "Name", "Content"),
        "brevo": ("attachment", "name", "content"),
        "resend": ("attachments", "filename", "content"),
    }
    files, name, content = keys[esp]
    [one] = json.loads(call.body)[files]
    return one[name], b64decode(one[content])

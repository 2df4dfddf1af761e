"""A request's way from the news page to the coordinator, through real services.

Real clamd, real SMTP, a real server on a socket; of the mail provider only its endpoint is ours.
`make test-services` starts them and names them in the environment.
"""

import mailbox
import os
import re
from email import message_from_binary_file, policy
from email.message import EmailMessage
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from PIL import Image

from cms.clamd import EICAR
from tests.cast import log_in, make_coordinator
from tests.factories import make_news
from tests.treatment_forms.pages import make_form_page
from tests.wire.clamd import Mood, fake_clamd
from tests.wire.esp import provider
from treatment_forms.models import Alarm, Attachment, FormAccess, StagedFile, Submission
from treatment_forms.states import DeliveryState, Verdict

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

ANSWERS = {
    "patient": "child",
    "full_name": "Aigerim Sadykova",
    "email": "aigerim@example.org",
    "phone": "+7 701 234 56 78",
    "country": "KZ",
    "language": "en",
    "topic": "treatment",
    "message": "Our son is six years old.",
    "consent": "on",
}


def draw(kind: str) -> bytes:
    picture = BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(picture, kind)
    return picture.getvalue()


def scan_slice() -> bytes:
    """A small CT image as a hospital exports it."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    head = FileMetaDataset()
    head.MediaStorageSOPClassUID = CTImageStorage
    head.MediaStorageSOPInstanceUID = generate_uid()
    head.TransferSyntaxUID = ExplicitVRLittleEndian
    image = Dataset()
    image.file_meta = head
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, head.MediaStorageSOPInstanceUID
    image.Rows = image.Columns = 16
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 15, 0, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.PixelData = bytes(512)
    written = BytesIO()
    image.save_as(written, enforce_file_format=True)
    return written.getvalue()


FILES = {
    "letter.pdf": draw("PDF"),
    "Снимок.jpg": draw("JPEG"),
    "blood test.png": draw("PNG"),
    "CT0001": scan_slice(),
}

# Those that answer at once; how long we wait for the others is the plugin's tests' to say.
DOWN_OR_LYING = (
    Mood.REFUSE,
    Mood.CLOSE_EARLY,
    Mood.CLOSE_SILENT,
    Mood.CUT_ANSWER,
    Mood.ERROR,
    Mood.NOTHING,
    Mood.RUBBISH,
    Mood.SIZE_LIMIT,
)


@pytest.fixture
def site(live_server: Any, settings: Any) -> Any:
    """A news page with the form under its disclaimer, and the real mail server."""
    settings.EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "BASE_URL": live_server.url}
    form_page = make_form_page(recipients="care@example.org")
    news = make_news(request_form="another", request_page=form_page)
    coordinator = make_coordinator()
    FormAccess.objects.create(form_key=form_page.translation_key, group=coordinator.groups.get())
    return {"server": live_server.url, "news": news, "form": form_page, "staff": coordinator}


def send_from_news(site: Any, files: dict[str, bytes], **changes: str) -> requests.Response:
    """Read the news page, fill in the form that stands there, send it as a browser would."""
    address = site["server"] + site["news"].url
    page = requests.get(address, timeout=30)
    assert "does not constitute medical advice" in page.text
    form = BeautifulSoup(page.text, "html.parser").find("form", method="post")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden][value]")}
    complete = [("complete", (None, hidden.pop("complete")))]
    fields = [(name, (None, value)) for name, value in {**hidden, **ANSWERS, **changes}.items()]
    attached = [("files", (name, content)) for name, content in files.items()]
    target = urljoin(address, form["action"])
    body = fields + attached + complete
    return requests.post(target, files=body, allow_redirects=False, timeout=60)


def read_thanks(site: Any, response: requests.Response) -> tuple[requests.Response, str]:
    assert response.status_code == 303, response.text
    thanks = requests.get(urljoin(site["server"], response.headers["Location"]), timeout=30)
    reference = re.search(r"TR-[0-9A-Z]{4}-[0-9A-Z]{4}", thanks.text)
    assert reference is not None
    return thanks, reference.group()


def get_mails(reference: str, to: str = "care@example.org") -> list[EmailMessage]:
    parse = partial(message_from_binary_file, policy=policy.default)
    box = mailbox.Maildir(os.environ["TEST_MAILDIR"], factory=parse, create=False)
    return [mail for mail in box if reference in str(mail["Subject"]) and mail["To"] == to]


def get_text(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def test_a_clean_request_arrives_once_and_opens_for_the_coordinator(site):
    thanks, reference = read_thanks(site, send_from_news(site, FILES))
    call_command("sweep")
    call_command("sweep")

    assert "no-store" in thanks.headers["Cache-Control"]
    assert "Set-Cookie" not in thanks.headers
    submission = Submission.objects.get()
    assert submission.source_page_id == site["news"].pk
    stored = submission.attachments.all()
    assert {file.name: file.verdict for file in stored} == dict.fromkeys(FILES, Verdict.CLEAN)
    assert [file.media_type for file in stored] == [
        "application/pdf",
        "image/jpeg",
        "image/png",
        "application/dicom",
    ]
    (mail,) = get_mails(reference)
    assert mail["Reply-To"] == ANSWERS["email"]
    assert all(name in get_text(mail) for name in FILES)
    assert not any(value in get_text(mail) for value in ("Aigerim", "six years old"))

    desk = log_in(site["staff"])
    (request_page,) = re.findall(rf"{site['server']}(/admin/\S+)", get_text(mail))
    assert "Aigerim Sadykova" in desk.get(request_page).content.decode()
    (link,) = re.findall(rf"{site['server']}(/\w+/requests/files/\S+)", get_text(mail))
    assert Client().get(link).status_code == 200  # uses nothing up
    downloads = [
        b"".join(Client().post(link, {"file": file.position}).streaming_content) for file in stored
    ]
    assert downloads == list(FILES.values())
    assert submission.deliveries.get(kind="coordinator").state == DeliveryState.ACCEPTED


def test_sending_again_gives_the_same_reference_and_no_second_mail(site):
    _, first = read_thanks(site, send_from_news(site, FILES))
    _, second = read_thanks(site, send_from_news(site, FILES))
    call_command("sweep")

    assert first == second
    assert Submission.objects.count() == 1
    assert len(get_mails(first)) == 1
    (confirmation,) = get_mails(first, to=ANSWERS["email"])
    assert confirmation["Auto-Submitted"] == "auto-replied"
    assert confirmation["Reply-To"] is None


def test_malware_is_refused_and_the_other_files_stay(site):
    response = send_from_news(site, {**FILES, "result.txt": EICAR})

    assert response.status_code == 422
    assert "did not pass the safety check" in response.text
    assert "Eicar" not in response.text
    assert ANSWERS["message"] in response.text
    assert not Submission.objects.exists()
    assert {file.name for file in StagedFile.objects.all()} == set(FILES)


@pytest.mark.parametrize("mood", DOWN_OR_LYING)
def test_a_scanner_that_is_down_or_lies_loses_nothing_and_opens_nothing(site, settings, mood):
    real = settings.TREATMENT_FORMS
    with fake_clamd(mood) as clamd:
        settings.TREATMENT_FORMS = {**real, "CLAMD_URL": clamd.url}
        _, reference = read_thanks(site, send_from_news(site, FILES))

    submission = Submission.objects.get(reference=reference)
    files = submission.attachments.all()
    assert files.count() == len(FILES)
    assert not any(file.is_openable for file in files)
    desk = log_in(site["staff"])
    for file in files:
        address = f"/admin/requests/{reference}/files/{file.position}/"
        assert desk.get(address).status_code == 404

    settings.TREATMENT_FORMS = real
    Attachment.objects.update(due_at=submission.received_at)
    call_command("sweep")
    assert set(files.values_list("verdict", flat=True)) == {Verdict.CLEAN}
    (mail,) = get_mails(reference)
    assert all(name in get_text(mail) for name in FILES)


def test_the_mail_leaves_through_a_provider(site, settings):
    with provider("postmark") as postmark:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t", "POSTMARK_API_URL": postmark.url}
        _, reference = read_thanks(site, send_from_news(site, FILES))
        call_command("sweep")

    (call,) = [one for one in postmark.calls if one.json["To"] == "care@example.org"]
    assert call.json["Subject"] == f"Request {reference}"
    assert call.json["To"] == "care@example.org"
    assert call.json["ReplyTo"] == ANSWERS["email"]
    assert all(name in call.json["TextBody"] for name in FILES)
    assert (
        Submission.objects.get().deliveries.get(kind="coordinator").state == DeliveryState.ACCEPTED
    )
    assert not Alarm.objects.exists()

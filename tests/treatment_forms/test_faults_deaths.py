"""A web process and a worker killed at every step: nothing is lost, and nothing is taken twice."""

import pytest
from django.core.management import call_command

from tests.treatment_forms import faults
from tests.treatment_forms.deaths import run_until
from tests.treatment_forms.invariants import check_copies, check_everything
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import PDF, PNG, Sent, post
from tests.treatment_forms.test_faults import make_all_due, sweep_as_if_due, use_good
from tests.wire.clamd import EICAR, fake_clamd
from tests.wire.smtp import get_closed_port, smtp_server
from treatment_forms import vault
from treatment_forms.models import Attachment, Delivery, StagedFile, Submission
from treatment_forms.states import DeliveryState, Verdict

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))
ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"
FEWEST_STEPS, MOST_STEPS = 15, 400

# A process for each statement there is: minutes, on a busy machine.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    faults.be_quick(monkeypatch)
    faults.tell(settings, LEASE_SECONDS=2, RATE_SUBMISSIONS="10000/1h", RATE_UPLOAD_MB="10000/1h")
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.mark.services
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_web_process_killed_at_any_step(after, settings):
    page = make_form_page()
    with smtp_server() as mail, fake_clamd() as clamd:
        use_good(settings, mail, clamd)
        for step in range(1, MOST_STEPS):
            died = run_until(step, lambda: post(page, *PAPERS, submission_id=ID), after=after)
            check_everything()
            assert post(page, *PAPERS, submission_id=ID).status_code == 303
            sweep_as_if_due()
            check_everything()
            assert Submission.objects.count() == 1
            states = set(Delivery.objects.values_list("state", flat=True))
            assert states == {DeliveryState.ACCEPTED}
            check_copies(mail.messages, most=1)
            start_anew(mail)
            if not died:
                break
    assert FEWEST_STEPS < step < MOST_STEPS - 1


@pytest.mark.services
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_worker_killed_at_any_step(after, settings):
    """It finds two files unchecked and one of them malicious, and a mail that is due."""
    page = make_form_page()
    evil = Sent("words.txt", EICAR.encode())
    for step in range(1, MOST_STEPS):
        with smtp_server() as mail, fake_clamd() as clamd:
            faults.point_at_smtp(settings, get_closed_port())
            faults.tell(settings, CLAMD_URL=f"tcp://127.0.0.1:{get_closed_port()}")
            assert post(page, *PAPERS, evil, submission_id=ID).status_code == 303
            use_good(settings, mail, clamd)
            make_all_due()
            died = run_until(step, lambda: call_command("sweep"), after=after)
            check_everything()
            for _round in range(3):
                sweep_as_if_due()
            check_everything()
            check_copies(mail.messages, most=2)
        submission = Submission.objects.get()
        verdicts = [file.verdict for file in submission.attachments.all()]
        assert verdicts == [Verdict.CLEAN, Verdict.CLEAN, Verdict.INFECTED]
        assert submission.deliveries.get(kind="coordinator").state == DeliveryState.ACCEPTED
        assert [bool(file.stored_name) for file in submission.attachments.all()] == [1, 1, 0]
        start_anew(mail)
        if not died:
            break
    assert FEWEST_STEPS < step < MOST_STEPS - 1


def start_anew(mail):
    """Forget the request and its bytes; the page and what it knows of its senders stay."""
    for file in [*Attachment.objects.all(), *StagedFile.objects.all()]:
        if file.stored_name:
            vault.discard(file.stored_name)
    StagedFile.objects.all().delete()
    Submission.objects.all().delete()
    mail.taken.clear()

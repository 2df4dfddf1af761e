"""Every fault, and faults in pairs: a request is taken whole and once, or refused and taken when
the visitor sends it again; it is scanned and mailed when the trouble is over."""

import contextlib

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.treatment_forms import faults
from tests.treatment_forms.invariants import check_copies, check_everything
from tests.treatment_forms.pages import RECIPIENT, make_form_page
from tests.treatment_forms.posting import ANSWERS, PDF, PNG, Sent, check_invariants, post
from tests.wire.clamd import fake_clamd
from tests.wire.smtp import smtp_server
from treatment_forms.models import Attachment, Delivery, Submission
from treatment_forms.states import CLAIMABLE, OPENABLE, DeliveryState, Verdict

PAPERS = (Sent("blood test.pdf", PDF), Sent("скан.png", PNG), Sent("words.txt", b"three"))
SECRETS = (*(one.name for one in PAPERS), "Aigerim", "aigerim", "701 234", ANSWERS["message"])
ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"
FALLBACK = "office@example.org"
ROUNDS = 4

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    faults.be_quick(monkeypatch)
    faults.tell(settings, LEASE_SECONDS=2)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.mark.services
@pytest.mark.parametrize("fault", faults.FAULTS, ids=str)
def test_one_fault(fault, settings, caplog):
    go_through([fault], settings, caplog)


@pytest.mark.services
@pytest.mark.parametrize("pair", faults.sample(24), ids=lambda pair: f"{pair[0]} + {pair[1]}")
def test_some_pairs_of_faults(pair, settings, caplog):
    go_through(pair, settings, caplog)


@pytest.mark.soak
@pytest.mark.parametrize("pair", faults.PAIRS, ids=lambda pair: f"{pair[0]} + {pair[1]}")
def test_every_pair_of_faults(pair, settings, caplog):
    go_through(pair, settings, caplog)


def go_through(present, settings, caplog):
    page = make_form_page(fallback_recipient=FALLBACK)
    with smtp_server() as good, fake_clamd() as clamd:
        use_good(settings, good, clamd)
        with contextlib.ExitStack() as trouble:
            for fault in present:
                trouble.enter_context(fault.enter(settings))
            first = post(page, *PAPERS, submission_id=ID)
            check_everything()
            sweep_as_if_due()
            check_everything()
        use_good(settings, good, clamd)
        again = post(page, *PAPERS, submission_id=ID)
        for _round in range(ROUNDS):
            sweep_as_if_due()

    assert first.status_code in {303, 503}
    assert again.status_code == 303
    check_invariants(accepted=True, files=PAPERS)
    check_that_all_is_done(present)
    check_copies(good.messages, most=2)
    assert not any(secret in caplog.text for secret in SECRETS)


def use_good(settings, mail, clamd):
    faults.point_at_smtp(settings, mail.port)
    faults.tell(settings, CLAMD_URL=clamd.url)


def sweep_as_if_due():
    """As much later as it takes: pauses, leases and the grace for scanning are over."""
    make_all_due()
    call_command("sweep")


def make_all_due():
    now = timezone.now()
    Delivery.objects.filter(state__in=CLAIMABLE).update(due_at=now)
    Attachment.objects.filter(due_at__isnull=False).update(due_at=now)


def check_that_all_is_done(present):
    submission = Submission.objects.get()
    verdicts = {file.verdict for file in submission.attachments.all()}
    assert verdicts <= {Verdict.CLEAN, Verdict.UNSCANNABLE}
    for file in submission.attachments.all():
        assert file.is_openable == (file.verdict in OPENABLE)
    mails = {mail.recipient: mail.state for mail in submission.deliveries.all()}
    is_dead = mails[RECIPIENT] == DeliveryState.DEAD
    assert is_dead <= any(fault.ends == "dead" for fault in present)
    # The fallback's server may have refused it, too: then staff see an alarm for each.
    expected = {DeliveryState.ACCEPTED, DeliveryState.DEAD} if is_dead else {DeliveryState.ACCEPTED}
    assert mails[FALLBACK if is_dead else RECIPIENT] in expected

"""Whatever happens in whatever order: no file opens without a clean verdict or a person's word."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.treatment_forms.people import make_staff
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from tests.wire.clamd import FakeClamd, Mood
from treatment_forms.errors import FileClosed, NoReason, Stale, TreatmentFormsError
from treatment_forms.models import Attachment, SubmissionEvent
from treatment_forms.scanners import versions
from treatment_forms.services import links, rescan
from treatment_forms.services.download import open_file
from treatment_forms.services.release import MIN_REASON_LENGTH, release
from treatment_forms.states import Verdict

MOODS = st.sampled_from([Mood.CLEAN, Mood.FOUND, Mood.ENCRYPTED, Mood.ERROR])
GOOD_REASON = "Its sender told me what it is."
TEXT = b"Three lines\nof a\nletter."


class Papers(RuleBasedStateMachine):
    """One file, a scanner whose mind changes, workers, staff, and links in mails.

    Attributes:
        heard: what the scanner said of the file, as it went over the wire.
        word: whether somebody has given a reason that was taken.
    """

    clamd: FakeClamd
    actor_id: int

    def __init__(self):
        super().__init__()
        self.now, self.learnt = NOON, 0
        self.heard, self.word = [], False
        self.scanned_with, self.was_given = None, False
        self.clamd.received.clear()
        self.scanner_learns()
        submission = make_submission()
        self.file = make_attachment(submission, content=TEXT, media_type="text/plain", name="a.txt")
        delivery = make_delivery(submission)
        links.get_or_make(delivery, NOON)
        self.link = delivery.link

    def listen(self):
        """Take note of what the scanner was asked since the last time."""
        if self.clamd.received and self.clamd.mood != Mood.ERROR:
            self.heard.append(self.clamd.mood)
            self.scanned_with = self.clamd.version
        self.clamd.received.clear()

    @initialize(was_scanned=st.booleans())
    def begin(self, was_scanned):
        if was_scanned:
            self.worker_comes_by(Mood.CLEAN, reason=None)

    def meet(self, mood):
        """The scanner has learnt since the last time, and may think otherwise."""
        self.clamd.mood = mood
        self.scanner_learns()

    def scanner_learns(self):
        self.learnt += 1
        self.clamd.version = f"ClamAV 1.4.6/{27000 + self.learnt}/Sun Nov 22 08:00:00 2026"
        versions._told.clear()  # a minute goes by

    @rule(mood=MOODS, reason=st.sampled_from([None, GOOD_REASON]))
    def worker_comes_by(self, mood, reason):
        """A release may be given while the scanner thinks."""
        self.meet(mood)
        self.now += timedelta(hours=2)
        held = rescan.claim(self.file.pk, at=self.now)
        if reason:
            self.staff_release(reason)
        if held:
            with suppress(TreatmentFormsError):  # as `rescan` does
                rescan._judge(held, clock=lambda: self.now)
                rescan.finish(held, at=self.now)
        self.listen()

    @rule(reason=st.sampled_from(["", "because", " " * 30, GOOD_REASON, GOOD_REASON]))
    def staff_release(self, reason):
        file = Attachment.objects.get(pk=self.file.pk)
        try:
            release(file, reason=reason, actor_id=self.actor_id, at=self.now)
        except NoReason:
            assert reason != GOOD_REASON
        except (FileClosed, Stale):
            assert file.verdict in {Verdict.CLEAN, Verdict.RELEASED, Verdict.INFECTED}
        else:
            self.word = True

    @rule(mood=MOODS, by_link=st.booleans())
    def somebody_downloads(self, mood, by_link):
        self.meet(mood)
        kind, clock = SubmissionEvent.Kind.DOWNLOADED, lambda: self.now
        try:
            if by_link:
                content = links.use(self.link, self.file, clock=clock)
            else:
                content = open_file(self.file.pk, kind=kind, clock=clock)
        except FileClosed:
            self.listen()
        else:
            with content:
                self.judge(content.read())

    def judge(self, given):
        self.listen()
        assert given == TEXT
        assert self.may_be_open()
        if not self.was_given and not self.word:  # the first time
            assert self.scanned_with == self.clamd.version
        self.was_given = True

    def may_be_open(self):
        if Mood.FOUND in self.heard:
            return False
        return self.word or self.heard[-1:] == [Mood.CLEAN]

    @invariant()
    def nothing_is_open_for_no_reason(self):
        file = Attachment.objects.get(pk=self.file.pk)
        assert not file.is_openable or self.may_be_open()
        if file.verdict == Verdict.RELEASED:
            event = file.submission.events.filter(target=Verdict.RELEASED).get()
            assert event.actor_id == self.actor_id
            assert len(event.note) >= MIN_REASON_LENGTH


def walk(*, paths):
    """The same paths at every run."""
    run_state_machine_as_test(
        Papers,
        settings=settings(
            max_examples=paths,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("paths", [60, pytest.param(5000, marks=pytest.mark.soak)])
def test_no_path_leads_to_an_open_file_without_a_verdict_or_a_word(clamd, paths):
    """Each path takes some twenty milliseconds, and few paths meet nobody: hence the seconds."""
    Papers.clamd, Papers.actor_id = clamd, make_staff("releaser").pk

    walk(paths=paths)

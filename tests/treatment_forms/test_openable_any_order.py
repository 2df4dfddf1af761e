"""Whatever happens in whatever order: no file opens without a clean verdict or a person's word."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as Profile  # noqa: N812  (pytest-django's has the same name)
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.treatment_forms.people import make_staff
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from tests.wire.clamd import FakeClamd, Mood
from treatment_forms import conf
from treatment_forms.errors import FileClosed, NoReason, Stale, TreatmentFormsError
from treatment_forms.models import Attachment, SubmissionEvent
from treatment_forms.scanners import versions
from treatment_forms.services import links, rescan
from treatment_forms.services.download import open_file
from treatment_forms.services.release import MIN_REASON_LENGTH, release
from treatment_forms.states import Verdict

MOODS = [Mood.CLEAN, Mood.FOUND, Mood.ENCRYPTED, Mood.ERROR, Mood.CLOSE_SILENT, Mood.NOTHING]
TEXT = b"Three lines\nof a\nletter."


class Papers(RuleBasedStateMachine):
    """One file, a scanner whose mind changes, workers, staff, and links in mails.

    Attributes:
        heard: what the scanner answered about the file, as it went over the wire.
        word: whether somebody has given a reason that was taken.
    """

    clamd: FakeClamd
    actor_id: int

    def __init__(self):
        super().__init__()
        self.now, self.learnt = NOON, 0
        self.heard, self.word, self.held = [], False, None
        self.scanned_with, self.was_given = None, False
        self.clamd.received.clear()
        self.scanner_learns()
        submission = make_submission()
        self.file = make_attachment(submission, content=TEXT, media_type="text/plain", name="a.txt")
        url = links.get_or_make(make_delivery(submission), NOON)
        self.url = url.removeprefix(conf.get("BASE_URL"))

    def listen(self):
        """Take note of what the scanner was asked since the last time."""
        if self.clamd.received:
            self.heard.append(self.clamd.mood)
            self.scanned_with = self.clamd.version
        self.clamd.received.clear()

    @rule(mood=st.sampled_from(MOODS))
    def scanner_changes_its_mind(self, mood):
        self.clamd.mood = mood

    @rule()
    def scanner_learns(self):
        self.learnt += 1
        self.clamd.version = f"ClamAV 1.4.6/{27000 + self.learnt}/Sun Nov 22 08:00:00 2026"
        versions._told.clear()  # a minute goes by

    @rule()
    def worker_comes_by(self):
        self.now += timedelta(hours=2)
        rescan.rescan(self.file.pk, clock=lambda: self.now)
        self.listen()

    @precondition(lambda self: self.held is None)
    @rule()
    def worker_begins(self):
        self.held = rescan.claim(self.file.pk, at=self.now)

    @precondition(lambda self: self.held is not None)
    @rule()
    def worker_ends(self):
        held, self.held = self.held, None
        try:
            rescan._judge(held, clock=lambda: self.now)
            rescan.finish(held, at=self.now)
        except TreatmentFormsError:
            pass  # as `rescan` does
        self.listen()

    @rule(reason=st.sampled_from(["", "because", " " * 30, "Its sender told me what it is."]))
    def staff_release(self, reason):
        file = Attachment.objects.get(pk=self.file.pk)
        try:
            release(file, reason=reason, actor_id=self.actor_id, at=self.now)
        except NoReason:
            assert len(reason.strip()) < MIN_REASON_LENGTH
        except (FileClosed, Stale):
            assert file.verdict in {Verdict.CLEAN, Verdict.RELEASED, Verdict.INFECTED}
        else:
            self.word = True

    @rule()
    def staff_download(self):
        kind = SubmissionEvent.Kind.DOWNLOADED
        try:
            with open_file(self.file.pk, kind=kind, clock=lambda: self.now) as content:
                given = content.read()
        except FileClosed:
            given = None
        self.judge(given)

    @rule()
    def somebody_presses_the_button(self):
        response = Client().post(self.url, {"file": "1"})
        assert response.status_code in {200, 409}
        self.judge(b"".join(response.streaming_content) if response.status_code == 200 else None)

    @rule(method=st.sampled_from(["get", "head"]))
    def a_mail_scanner_looks(self, method):
        before = Attachment.objects.filter(pk=self.file.pk).values().get()

        assert getattr(Client(), method)(self.url).status_code == 200

        assert Attachment.objects.filter(pk=self.file.pk).values().get() == before

    def judge(self, given):
        self.listen()
        if given is None:
            return
        assert given == TEXT
        assert self.may_be_open()
        if not self.was_given and not self.word:  # the first time
            assert self.scanned_with == self.clamd.version
        self.was_given = True

    def may_be_open(self):
        if Mood.FOUND in self.heard:
            return False
        answers = [mood for mood in self.heard if mood in {Mood.CLEAN, Mood.ENCRYPTED}]
        return self.word or answers[-1:] == [Mood.CLEAN]

    @invariant()
    def nothing_is_open_for_no_reason(self):
        file = Attachment.objects.get(pk=self.file.pk)
        assert not file.is_openable or self.may_be_open()
        if file.verdict == Verdict.RELEASED:
            event = file.submission.events.filter(target=Verdict.RELEASED).get()
            assert event.actor_id == self.actor_id
            assert len(event.note) >= MIN_REASON_LENGTH


@pytest.mark.django_db
def test_no_path_leads_to_an_open_file_without_a_verdict_or_a_word(clamd, settings):
    """The same paths at every run: some two seconds."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_LINKS": "100000/10m"}
    Papers.clamd, Papers.actor_id = clamd, make_staff("releaser").pk

    run_state_machine_as_test(
        Papers,
        settings=Profile(
            max_examples=30,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

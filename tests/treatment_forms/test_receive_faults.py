"""What fails underneath: nothing is stored or a whole request, and what was typed is not lost."""

import contextlib
import io
import logging
import resource
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import (
    ANSWERS,
    BOUNDARY,
    MIB,
    PDF,
    PNG,
    Sent,
    check_invariants,
    list_storage,
    list_uploads,
    make_body,
    post,
)
from treatment_forms.models import Alarm, Attachment, StagedFile, Submission
from treatment_forms.services.read import Limits, read_body

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))
CONTACTS = "<p>Call +44 20 7946 0958</p>"


def require_down(response):
    text = response.content.decode()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    assert "was not sent" in text
    assert "Thank" not in text
    return text


def in_a_day():
    return timezone.now() + timedelta(days=1)


def break_storage(settings, tmp_path):
    """A folder that is a file: every write fails as on a disk that is gone."""
    (tmp_path / "broken").touch()
    storage = {**settings.STORAGES["attachments"], "OPTIONS": {"location": tmp_path / "broken"}}
    settings.STORAGES = {**settings.STORAGES, "attachments": storage}


@pytest.mark.django_db
def test_a_storage_that_is_down_is_told_with_all_text_kept(settings, tmp_path):
    page = make_form_page(contacts=CONTACTS)
    break_storage(settings, tmp_path)

    text = require_down(post(page, *PAPERS))

    assert ANSWERS["message"] in text
    assert ANSWERS["full_name"] in text
    assert "Call +44 20 7946 0958" in text
    assert "Please choose your files again" in text
    assert not Submission.objects.exists()
    assert list_uploads() == []
    # The bytes could not be deleted either, so the rows stay until they expire.
    assert StagedFile.objects.filter(expires_at__lte=in_a_day()).count() == len(PAPERS)


@pytest.mark.django_db
def test_a_storage_that_is_down_keeps_no_request_without_files_away(form_page, settings, tmp_path):
    break_storage(settings, tmp_path)

    assert post(form_page).status_code == 303


@pytest.mark.django_db
def test_a_refused_form_is_still_helped_when_the_storage_is_down(form_page, settings, tmp_path):
    break_storage(settings, tmp_path)

    response = post(form_page, *PAPERS, email="anna")

    assert response.status_code == 422
    assert "“one.pdf” could not be kept just now" in response.content.decode()


@pytest.mark.django_db
def test_no_place_for_uploads_is_told_with_all_text_kept(form_page, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")

    text = require_down(post(form_page, *PAPERS))

    assert ANSWERS["message"] in text
    assert list_storage() == []


@pytest.mark.django_db
def test_a_disk_that_fills_while_a_file_arrives_is_told_with_all_text_kept(form_page, clamd):
    with limited_file_size(9 * MIB):
        text = require_down(post(form_page, Sent("big.txt", b"x" * 10 * MIB), *PAPERS))

    assert ANSWERS["message"] in text
    check_invariants(accepted=False)


def test_a_disk_that_has_no_place_for_a_small_file_is_no_storage():
    with limited_file_size(10):
        body = read_papers()

    assert not body.has_storage
    assert [file.content for file in body.files] == [None, None]


def test_a_file_that_is_being_read_has_no_name_that_could_outlive_the_process():
    body = read_papers()

    assert [file.content.read() for file in body.files] == [PDF, PNG]
    assert list_uploads() == []
    body.drop()


def read_papers():
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    sent = make_body({}, PAPERS)
    limits = Limits(max_files=10, max_bytes=MIB)
    return read_body(io.BytesIO(sent), content_type=kind, length=len(sent), limits=limits)


@pytest.mark.django_db
def test_a_cache_that_is_gone_does_not_turn_a_stored_request_into_a_fault(
    form_page, settings, tmp_path
):
    form_page.url  # noqa: B018  (kept in memory, before the cache goes)
    (tmp_path / "no folder").touch()
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    location = tmp_path / "no folder" / "cache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(location)}}

    assert post(form_page, *PAPERS).status_code == 303

    check_invariants(accepted=True, files=PAPERS)


@contextlib.contextmanager
def limited_file_size(size):
    """The kernel refuses to let a file grow beyond this: as on a full disk, in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Outage:
    """The database is gone from its n-th statement on, or only for this one."""

    def __init__(self, at, *, lasts):
        self.at, self.lasts, self.count = at, lasts, 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        if self.count == self.at or (self.lasts and self.count > self.at):
            raise OperationalError("server closed the connection unexpectedly: " + sql)
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lasts", [True, False])
def test_a_database_that_goes_at_any_statement_leaves_nothing_or_a_whole_request(lasts, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "999/1d"}
    page = make_form_page()
    page.url  # noqa: B018  (kept in memory, before the outage)
    taken = refused = 0
    for statement in range(1, 200):
        outage = Outage(statement, lasts=lasts)
        with connection.execute_wrapper(outage):
            response = post(page, *PAPERS, message=f"Statement {statement}")
        if outage.count < statement:
            break
        if response.status_code == 303:
            taken += 1
        else:
            refused += 1
            text = require_down(response)
            assert f"Statement {statement}" in text
        assert Submission.objects.count() == taken
        assert Attachment.objects.count() == taken * len(PAPERS)
        rows = [*Attachment.objects.all(), *StagedFile.objects.all()]
        assert set(list_storage()) <= {row.stored_name for row in rows}
        assert list_uploads() == []
    assert response.status_code == 303
    assert refused > 10


@pytest.mark.django_db
def test_what_nobody_foresaw_is_never_thanks_alarms_and_tells_no_text(form_page, settings, caplog):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "nonsense"}

    with caplog.at_level(logging.DEBUG):
        response = post(form_page, *PAPERS)

    text = response.content.decode()
    assert response.status_code == 500
    assert response.headers["Cache-Control"] == "no-store"
    assert "was not received" in text
    assert "Thank" not in text
    assert Alarm.objects.get().kind == Alarm.Kind.SUBMISSION_FAILED
    code = text.split("<bdi>")[1].split("</bdi>")[0]
    assert code in caplog.text
    assert not any(value in caplog.text for value in (ANSWERS["full_name"], ANSWERS["email"]))
    check_invariants(accepted=False)


@pytest.mark.django_db
def test_a_form_that_lost_its_recipients_still_takes_a_request_and_alarms(form_page):
    type(form_page).objects.update(recipients="")

    assert post(form_page).status_code == 303

    submission = check_invariants(accepted=True)
    assert Alarm.objects.get(submission=submission).kind == Alarm.Kind.SUBMISSION_FAILED


@pytest.mark.django_db
def test_the_fallback_recipient_takes_the_place_of_none(form_page):
    type(form_page).objects.update(recipients="", fallback_recipient="office@example.org")

    post(form_page)

    submission = check_invariants(accepted=True)
    assert submission.deliveries.get(kind="coordinator").recipient == "office@example.org"

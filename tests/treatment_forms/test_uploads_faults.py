"""What breaks, and who comes at the same time: bytes, rows and offset always agree."""

import hashlib
import io
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.treatment_forms import storages
from tests.treatment_forms.invariants import check_bytes
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import MIB, PDF, list_storage
from tests.treatment_forms.resuming import begin, delete, get_row, get_token, head, patch, send
from tests.treatment_forms.test_receive_faults import Outage, break_storage, limited_file_size
from tests.wire.clamd import EICAR
from treatment_forms import vault
from treatment_forms.errors import BodyCut, Stale
from treatment_forms.models import StagedFile, Upload, UploadPart
from treatment_forms.services import append as appending
from treatment_forms.services import finish, upload
from treatment_forms.services.append import append
from treatment_forms.services.expire import MARGIN, expire
from treatment_forms.states import UploadState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_happens():
    storages.happenings.clear()


@pytest.fixture
def eventful(settings):
    backend = "tests.treatment_forms.storages.EventfulStorage"
    changed = {**settings.STORAGES["attachments"], "BACKEND": backend}
    settings.STORAGES = {**settings.STORAGES, "attachments": changed}
    return storages.happenings


def check_upload(address):
    """The offset tells of just the bytes that are stored and counted, and no others are unknown."""
    row = get_row(address)
    counted = row.parts.filter(is_counted=True)
    assert read(counted) == PDF[: row.offset]
    assert sum(part.size for part in counted) == row.offset
    check_bytes()
    return row


def read(parts):
    return b"".join(vault.fetch(part.stored_name).read() for part in parts)


def resume(address):
    """As a client does after whatever happened: ask, go on, be told."""
    offset = int(head(address).headers["Upload-Offset"])
    if offset < len(PDF):
        assert patch(address, PDF[offset:], offset).status_code == 204
    assert head(address).headers["Upload-Verdict"] == "not_yet"
    staged = StagedFile.objects.get(token=get_token(address))
    assert staged.sha256 == hashlib.sha256(PDF).hexdigest()
    assert vault.fetch(staged.stored_name).read() == PDF
    check_bytes()


def put(row, content, *, offset, length=None, clock=timezone.now):
    source = io.BytesIO(content)
    append(row, source, offset=offset, length=length or len(content), clock=clock)


# --- Cut -----------------------------------------------------------------------------


def test_a_body_cut_anywhere_keeps_what_arrived_and_goes_on_from_there(form_page, monkeypatch):
    monkeypatch.setattr(appending, "PIECE_BYTES", 16)
    monkeypatch.setattr(appending, "READ_BYTES", 5)
    for cut in (0, 1, 15, 16, 17, 40, len(PDF) - 1):
        address = begin(form_page, "a.pdf", len(PDF))

        with pytest.raises(BodyCut):
            put(get_row(address), PDF[:cut], offset=0, length=len(PDF))

        assert check_upload(address).offset == cut
        if cut in {0, 17, 40}:
            resume(address)
        delete(address)
    assert list_storage() == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ends_early_is_told_and_keeps_what_arrived(live_server):
    from tests.treatment_forms.wire import talk

    address = begin(make_form_page(), "a.pdf", len(PDF))

    status, answer = talk(live_server, "PATCH", address, PDF[:40], length=len(PDF), offset=0)

    assert status == 400
    assert '"incomplete"' in answer
    assert check_upload(address).offset == 40
    resume(address)


# --- Down ----------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [0, 30])
def test_a_storage_that_is_down_moves_no_offset(form_page, settings, tmp_path, offset):
    address = begin(form_page, "a.pdf", len(PDF))
    patch(address, PDF[:offset], 0)
    good = settings.STORAGES
    break_storage(settings, tmp_path)

    answer = patch(address, PDF[offset:], offset)

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    settings.STORAGES = good
    assert check_upload(address).offset == offset
    resume(address)


def test_a_disk_that_fills_in_the_middle_keeps_what_it_has(form_page, monkeypatch):
    monkeypatch.setattr(appending, "PIECE_BYTES", 9 * MIB)
    content = b"x" * 10 * MIB
    address = begin(form_page, "a.txt", len(content))
    patch(address, content[:MIB], 0)

    with limited_file_size(8 * MIB):
        assert patch(address, content[MIB:], MIB).status_code == 503

    assert head(address).headers["Upload-Offset"] == str(MIB)
    assert len(list_storage()) == 1
    assert patch(address, content[MIB:], MIB).headers["Upload-Verdict"] == "not_yet"


def test_no_room_to_join_the_pieces_is_told_and_mended_by_asking_again(form_page, settings):
    address = begin(form_page, "a.pdf", len(PDF))
    folder = settings.FILE_UPLOAD_TEMP_DIR
    settings.FILE_UPLOAD_TEMP_DIR = folder + "/nowhere"

    assert patch(address, PDF, 0).status_code == 503
    assert head(address).status_code == 503

    settings.FILE_UPLOAD_TEMP_DIR = folder
    assert check_upload(address).offset == len(PDF)
    resume(address)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lasts", [True, False])
def test_a_database_that_goes_at_any_statement_loses_and_doubles_nothing(lasts):
    page = make_form_page()
    told = set()
    for statement in range(1, 200):
        address = begin(page, "a.pdf", len(PDF))
        patch(address, PDF[:30], 0)
        outage = Outage(statement, lasts=lasts)
        with connection.execute_wrapper(outage):
            answer = patch(address, PDF[30:], 30)
        told.add(answer.status_code)
        if Upload.objects.filter(token=get_token(address), expires_at__gt=timezone.now()):
            check_upload(address)
        Upload.objects.update(lease_ends_at=None)  # as if a minute had gone by
        resume(address)
        if outage.count < statement:
            break
    assert answer.status_code == 204
    assert told == {204, 503}
    assert statement > 15


# --- At the same time ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_the_same_bytes_one_is_counted():
    address = begin(make_form_page(), "a.pdf", len(PDF))
    barrier, outcomes = threading.Barrier(2), []

    class Together(io.BytesIO):
        def read(self, size=-1):
            data = super().read(size)
            if data:
                barrier.wait(10)
            return data

    def race():
        try:
            row = get_row(address)
            append(row, Together(PDF[:40]), offset=0, length=40, clock=timezone.now)
        except Stale:
            outcomes.append("lost")
        else:
            outcomes.append("won")
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["lost", "won"]
    assert check_upload(address).offset == 40
    assert len(list_storage()) == UploadPart.objects.count() == 1
    resume(address)


def test_a_twin_that_was_counted_while_ours_was_stored_wins(form_page, eventful):
    address = begin(form_page, "a.pdf", len(PDF))
    eventful["saved"] = lambda: put(get_row(address), PDF[:25], offset=0)

    answer = patch(address, PDF[:40], 0)

    assert answer.status_code == 409
    assert answer.json()["code"] == "offset"
    assert check_upload(address).offset == 25
    assert len(list_storage()) == 1
    resume(address)


@pytest.mark.parametrize("moment", ["saving", "saved"])
def test_an_upload_that_is_ended_while_a_piece_is_stored_leaves_no_bytes(
    form_page, eventful, moment
):
    address = begin(form_page, "a.pdf", len(PDF))
    patch(address, PDF[:10], 0)
    eventful[moment] = lambda: delete(address)

    assert patch(address, PDF[10:], 10).status_code == 409

    assert list_storage() == []
    assert head(address).status_code == 404
    expire(at=timezone.now() + MARGIN)
    assert not Upload.objects.exists()


def test_a_process_killed_while_a_piece_of_an_ended_upload_is_stored_leaves_its_row(
    form_page, eventful
):
    class Killed(BaseException):
        pass

    def die():
        delete(address)
        raise Killed

    address = begin(form_page, "a.pdf", len(PDF))
    eventful["saved"] = die

    with pytest.raises(Killed):
        put(get_row(address), PDF[:10], offset=0)

    assert len(list_storage()) == 1
    check_bytes()
    expire(at=timezone.now())
    check_bytes()
    expire(at=timezone.now() + MARGIN)
    assert list_storage() == []
    assert not Upload.objects.exists()


# --- Checked by one ------------------------------------------------------------------


def make_whole(form_page):
    """All bytes are here, and whoever should check them has not begun."""
    address = begin(form_page, "a.pdf", len(PDF))
    put(get_row(address), PDF, offset=0)
    return address


def test_whoever_asks_after_a_whole_file_has_it_checked(form_page):
    address = make_whole(form_page)

    assert head(address).headers["Upload-Verdict"] == "not_yet"
    resume(address)


def test_a_whole_file_is_also_checked_when_no_more_bytes_are_sent(form_page):
    address = make_whole(form_page)

    assert patch(address, b"", len(PDF)).headers["Upload-Verdict"] == "not_yet"


def test_while_one_checks_the_others_wait_and_when_it_dies_one_takes_over(form_page):
    address = make_whole(form_page)
    finish.claim(get_row(address), at=timezone.now())

    for answer in (head(address), patch(address, b"", len(PDF))):
        assert answer.status_code == 423
        assert int(answer.headers["Retry-After"]) > 0
    assert finish.get_left_behind(timezone.now()) == []

    Upload.objects.update(lease_ends_at=timezone.now())
    resume(address)


def test_the_sweep_takes_over_from_a_dead_checker(form_page):
    address = make_whole(form_page)
    finish.claim(get_row(address), at=timezone.now())
    Upload.objects.update(lease_ends_at=timezone.now())

    call_command("sweep")

    assert StagedFile.objects.get().token == get_token(address)
    assert not Upload.objects.exists()


def test_a_checker_that_was_taken_for_dead_changes_nothing(form_page):
    address = make_whole(form_page)
    slow = get_row(address)
    finish.claim(slow, at=timezone.now())
    file = finish.join(slow)
    Upload.objects.update(lease_ends_at=timezone.now())
    resume(address)

    with pytest.raises(Stale):
        finish.pass_on(slow, file, timezone.now)

    assert StagedFile.objects.count() == 1
    resume(address)


def test_whoever_lost_its_lease_passes_nothing_on(form_page):
    address = make_whole(form_page)
    slow = get_row(address)
    finish.claim(slow, at=timezone.now())
    file = finish.join(slow)
    Upload.objects.update(lease_ends_at=timezone.now())
    finish.claim(get_row(address), at=timezone.now())

    with pytest.raises(Stale):
        finish.pass_on(slow, file, timezone.now)

    assert not StagedFile.objects.exists()
    assert len(list_storage()) == 1
    Upload.objects.update(lease_ends_at=timezone.now())
    resume(address)


def test_what_is_ended_while_it_is_checked_is_not_passed_on_though_its_row_is_kept(form_page):
    address = begin(form_page, "a.pdf", len(PDF))
    appending.announce(get_row(address), 5, at=timezone.now())  # and then it was killed
    put(get_row(address), PDF, offset=0)
    row = get_row(address)
    finish.claim(row, at=timezone.now())
    file = finish.join(row)
    assert delete(address).status_code == 204

    with pytest.raises(Stale):
        finish.pass_on(row, file, timezone.now)

    assert Upload.objects.exists()
    assert not StagedFile.objects.exists()
    assert list_storage() == []


def test_an_upload_that_is_ended_while_it_is_checked_is_gone(form_page):
    address = make_whole(form_page)
    row = get_row(address)
    finish.claim(row, at=timezone.now())
    file = finish.join(row)
    assert delete(address).status_code == 204

    with pytest.raises(Stale):
        finish.pass_on(row, file, timezone.now)

    assert list_storage() == []
    assert not StagedFile.objects.exists()


def test_an_upload_that_was_staged_a_moment_ago_is_ended_as_well(form_page):
    address = make_whole(form_page)
    seen = get_row(address)
    head(address)

    upload.terminate(seen, at=timezone.now())

    assert list_storage() == []
    assert not StagedFile.objects.exists()


def test_a_file_is_in_no_request_before_its_bytes_are_in_the_storage(form_page, eventful):
    address = make_whole(form_page)
    seen = []
    eventful["saving"] = lambda: seen.append(
        StagedFile.objects.filter(token=get_token(address)).exists()
    )

    head(address)

    assert seen == [False]
    assert StagedFile.objects.filter(token=get_token(address)).exists()


# --- Over ----------------------------------------------------------------------------


def in_a_day():
    return timezone.now() + timedelta(hours=24) + MARGIN


def test_what_was_begun_and_never_finished_is_deleted_with_its_pieces(form_page):
    address = begin(form_page, "a.pdf", len(PDF))
    patch(address, PDF[:30], 0)
    appending.announce(get_row(address), 5, at=timezone.now())  # and then it was killed

    expire(at=timezone.now() + timedelta(hours=24))
    assert len(list_storage()) == 1
    expire(at=in_a_day())

    assert list_storage() == []
    assert not UploadPart.objects.exists()
    assert not Upload.objects.exists()


def test_a_storage_that_is_down_puts_the_deletion_off(form_page, settings, tmp_path):
    patch(begin(form_page, "a.pdf", len(PDF)), PDF[:30], 0)
    good = settings.STORAGES
    break_storage(settings, tmp_path)

    expire(at=in_a_day())

    settings.STORAGES = good
    check_bytes()
    assert Upload.objects.exists()
    expire(at=in_a_day())
    assert list_storage() == []


def test_bytes_of_malware_that_could_not_be_deleted_do_not_wait_a_day(
    form_page, clamd, settings, tmp_path
):
    address = begin(form_page, "a.txt", len(EICAR))
    row = get_row(address)
    put(row, EICAR.encode(), offset=0)
    finish.claim(row, at=timezone.now())
    good = settings.STORAGES
    file = finish.join(row)
    break_storage(settings, tmp_path)
    finish.refuse(row, file)

    settings.STORAGES = good
    assert len(list_storage()) == 1
    check_bytes()
    expire(at=timezone.now())

    assert list_storage() == []
    assert get_row(address).state == UploadState.REFUSED


def test_nothing_of_a_staged_upload_is_left_but_the_file(form_page):
    send(form_page, "a.pdf", PDF)

    expire(at=timezone.now() + MARGIN)
    assert len(list_storage()) == 1
    expire(at=in_a_day())
    assert list_storage() == []

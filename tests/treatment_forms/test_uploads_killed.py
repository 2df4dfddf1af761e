"""A web process killed in the middle: the next one goes on where the bytes are."""

import base64
import hashlib
import http.client
import random
import socket
import threading
from contextlib import suppress

import pytest
from django.utils import timezone

from tests.treatment_forms.conftest import use_clamd
from tests.treatment_forms.invariants import check_bytes
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.resuming import BYTES, TUS, begin, get_row, get_token, head, patch
from tests.treatment_forms.worker import bench, kill, wait_for
from tests.wire.clamd import Mood, fake_clamd
from treatment_forms import vault
from treatment_forms.models import StagedFile, Upload
from treatment_forms.services.append import PIECE_BYTES
from treatment_forms.states import UploadState

TEXT = base64.encodebytes(random.Random(3).randbytes(PIECE_BYTES))  # a third more


def get_free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Server:
    def __init__(self, made, clamd):
        self.port = get_free_port()
        web = ("runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.port}")
        self.process = made.start(*web, port=0, TREATMENT_FORMS={"CLAMD_URL": clamd.url})
        wait_for(self.answers)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send_a_part(self, address, part, length):
        """Say that all will come, send a part of it, and keep the line."""
        line = self.connect()
        line.putrequest("PATCH", address)
        headers = {"Content-Type": BYTES, "Content-Length": length, "Upload-Offset": 0, **TUS}
        for name, value in headers.items():
            line.putheader(name, str(value))
        line.endheaders(part)
        return line


# Above a second: a web process has to start.
@pytest.mark.django_db(transaction=True)
def test_a_server_killed_while_it_receives_and_checks_loses_nothing(settings):
    page = make_form_page()
    coming, whole = begin(page, "a.txt", len(TEXT)), begin(page, "b.txt", len(TEXT))
    with fake_clamd(Mood.HANG_ANSWER) as hanging, bench() as made:
        server = Server(made, hanging)
        line = server.send_a_part(coming, TEXT[: PIECE_BYTES + 1000], len(TEXT))
        sending = threading.Thread(target=send_whole, args=(server, whole))
        sending.start()
        wait_for(lambda: get_row(coming).offset == PIECE_BYTES)
        wait_for(lambda: get_row(whole).state == UploadState.CHECKING and bool(hanging.received))
        kill(server.process)
        sending.join()
        line.close()
    check_bytes()

    with fake_clamd() as clamd:  # and this process is the next one that is asked
        use_clamd(settings, clamd)
        assert head(coming).headers["Upload-Offset"] == str(PIECE_BYTES)
        assert patch(coming, TEXT[PIECE_BYTES:], PIECE_BYTES).status_code == 204
        assert head(whole).status_code == 423
        Upload.objects.update(lease_ends_at=timezone.now())  # a minute later
        answers = [head(coming), head(whole)]

    assert [answer.headers["Upload-Verdict"] for answer in answers] == ["clean", "clean"]
    for address in (coming, whole):
        staged = StagedFile.objects.get(token=get_token(address))
        assert staged.sha256 == hashlib.sha256(TEXT).hexdigest()
        with vault.fetch(staged.stored_name) as content:
            assert content.read() == TEXT
    check_bytes()


def send_whole(server, address):
    with suppress(OSError, http.client.HTTPException):  # it is killed before it answers
        server.send_a_part(address, TEXT, len(TEXT)).getresponse()

"""The process that parses: quick, bounded, never in the way of the one that asks."""

import fcntl
import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.treatment_forms.papers import FILM, STUDY, draw, shoot_heic, write_office, zip_up
from tests.treatment_forms.papers import write_pdf as write_pages
from tests.treatment_forms.processes import find_helpers, is_running, list_children, soon
from tests.treatment_forms.samples import DICOM, JPEG, PDF, PNG, make_pdf
from treatment_forms.errors import InspectionTrouble
from treatment_forms.files import inspect as door
from treatment_forms.files.faults import Fault
from treatment_forms.files.inspect import inspect
from treatment_forms.files.runner import Runner
from treatment_forms.files.sniffing import DICOM as DICOM_TYPE
from treatment_forms.files.sniffing import DOCX, TEXT, XLSX, ZIP
from treatment_forms.files.sniffing import PDF as PDF_TYPE

MIB = 1024 * 1024
GOOD = [
    ("image/jpeg", JPEG),
    ("image/jpeg", draw("JPEG", progressive=True) + FILM),
    ("image/jpeg", draw("JPEG", mode="CMYK")[:-2]),
    ("image/png", PNG),
    ("image/png", draw("PNG", mode="P")),
    ("image/webp", draw("WEBP")),
    ("image/heic", shoot_heic()),
    (PDF_TYPE, PDF),
    (PDF_TYPE, write_pages(pages=100, linearize=True)),
    (DICOM_TYPE, DICOM),
    (ZIP, zip_up(STUDY)),
    (DOCX, write_office()),
    (XLSX, write_office("xl")),
    (TEXT, "Анализ крови".encode("cp1251")),
    (TEXT, "Анализ крови".encode("utf-16")),
]


def look(content: bytes, media_type: str, **options):
    with TemporaryFile() as file:
        file.write(content)
        return inspect(file, media_type=media_type, **options)


@pytest.fixture
def fresh(monkeypatch):
    """A helper of this test's own."""
    runner = Runner()
    monkeypatch.setattr(door, "runner", runner)
    yield runner
    runner.stop()


@pytest.mark.parametrize(("media_type", "content"), GOOD)
def test_no_parser_misses_what_its_process_gave_up(media_type, content):
    assert look(content, media_type) is None


def chunk(kind, content):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def make_png_bomb(side):
    rows = zlib.compress(bytes(10_000_000), 9)
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pack_blanks(mebibytes, *, level=9):
    """Deflated blanks: the same packed block again and again, which costs nothing to make."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush()


def zip_blanks(mebibytes, *, entries=1):
    """An archive with one member, which its directory may name many times."""
    packed, crc = pack_blanks(mebibytes), 0
    for _mebibyte in range(mebibytes):
        crc = zlib.crc32(b" " * MIB, crc)
    sizes = (crc, len(packed), mebibytes * MIB)
    about = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, *sizes, len(b"a.txt"), 0)
    file = b"PK\3\4" + about + b"a.txt" + packed
    entry = b"PK\1\2" + struct.pack("<H", 20) + about + bytes(14) + b"a.txt"
    end = struct.pack("<HHHHIIH", 0, 0, entries, entries, len(entry) * entries, len(file), 0)
    return file + entry * entries + b"PK\5\6" + end


def pack_stream(mebibytes, **options):
    packed = b"x\xda" + pack_blanks(mebibytes, **options)
    return make_pdf(noise=packed).replace(
        b"<</Length %d>>" % len(packed), b"<</Length %d/Filter/FlateDecode>>" % len(packed)
    )


@pytest.mark.parametrize(
    ("media_type", "make", "fault"),
    [
        ("image/png", lambda: make_png_bomb(50_000), Fault.DAMAGED),
        ("image/png", lambda: make_png_bomb(15_000), Fault.DAMAGED),
        (ZIP, lambda: zip_blanks(300), Fault.ARCHIVE),
        (ZIP, lambda: zip_blanks(50, entries=2000), Fault.ARCHIVE),
        (PDF_TYPE, lambda: pack_stream(300), Fault.DAMAGED),
    ],
    ids=["pixels", "rows", "blanks", "overlap", "stream"],
)
def test_a_bomb_is_refused_and_does_not_go_off(media_type, make, fault):
    content = make()

    assert len(content) < MIB
    assert look(content, media_type) == fault


def test_what_unpacks_into_less_is_no_bomb():
    assert look(zip_blanks(40), ZIP) is None
    assert look(pack_stream(190, level=1), PDF_TYPE) is None


@pytest.mark.parametrize("open_file", [TemporaryFile, io.BytesIO])
def test_the_file_is_at_its_beginning_afterwards(open_file):
    with open_file() as file:
        file.write(PDF)

        assert inspect(file, media_type=PDF_TYPE) is None
        assert file.tell() == 0
        assert file.read() == PDF


def test_the_parser_gets_a_descriptor_that_cannot_write():
    with TemporaryFile() as file, door.opened(file) as descriptor:
        assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY


def test_many_threads_ask_at_once_and_each_gets_its_own_answer():
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda n: look(JPEG[: 100 * (n % 2) or None], "image/jpeg"), range(40))
        )

    assert answers == [None, Fault.DAMAGED] * 20


def test_nothing_is_left_of_the_processes():
    helper = find_helpers(os.getpid())[-1]
    look(PDF, PDF_TYPE)

    assert soon(lambda: list_children(helper) == {})


def test_a_killed_helper_is_started_again(fresh):
    before = set(find_helpers(os.getpid()))
    look(PDF, PDF_TYPE)
    (helper,) = set(find_helpers(os.getpid())) - before

    os.kill(helper, signal.SIGKILL)

    assert look(PDF, PDF_TYPE) is None
    assert soon(lambda: not is_running(helper))


def test_a_helper_that_is_killed_in_the_middle_costs_nothing_but_time(fresh):
    before = set(find_helpers(os.getpid()))
    look(PDF, PDF_TYPE)
    (helper,) = set(find_helpers(os.getpid())) - before
    assert soon(lambda: list_children(helper) == {})
    killed = []
    busy = threading.Thread(target=kill_when_busy, args=(helper, killed))
    busy.start()

    assert look(pack_stream(190, level=1), PDF_TYPE) is None  # half a second's work, twice

    busy.join()
    assert killed
    assert soon(lambda: not any(is_running(one) for one in (helper, *killed)))


def kill_when_busy(helper, killed):
    soon(lambda: killed.extend(list_children(helper)) or killed, seconds=20)
    os.kill(helper, signal.SIGKILL)


def test_who_cannot_wait_is_told_and_the_parser_is_stopped(fresh):
    look(PDF, PDF_TYPE)
    big = zip_up({"a.txt": b" " * 150 * 1024 * 1024})
    started = time.monotonic()

    with pytest.raises(InspectionTrouble):
        look(big, ZIP, seconds=0.02)

    assert time.monotonic() - started < 10
    helpers = find_helpers(os.getpid())
    assert soon(lambda: not any(list_children(helper) for helper in helpers))


def test_a_machine_that_starts_no_process_is_told(fresh, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(InspectionTrouble):
        look(PDF, PDF_TYPE)


def test_a_helper_that_ends_at_once_is_told(fresh, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/true")

    with pytest.raises(InspectionTrouble):
        look(PDF, PDF_TYPE)


def test_the_helper_knows_no_secret(fresh, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    before = set(find_helpers(os.getpid()))
    look(PDF, PDF_TYPE)

    (helper,) = set(find_helpers(os.getpid())) - before
    assert b"hunter2" not in Path(f"/proc/{helper}/environ").read_bytes()


SCRIPT = """
import io, os, signal, sys
from treatment_forms.files.inspect import inspect
from tests.treatment_forms.processes import find_helpers
from tests.treatment_forms.samples import PDF
ask = lambda: inspect(io.BytesIO(PDF), media_type="application/pdf")
assert ask() is None
"""


def run(script, **options):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        **options,
    )


@pytest.mark.parametrize("ending", ["sys.exit()", "os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_the_helper_ends_with_its_web_process_however_that_ends(ending):
    done = run(f"print(*find_helpers(os.getpid()), flush=True); {ending}")

    assert soon(lambda: not is_running(int(done.stdout)))
    assert done.stderr == ""


def test_a_forked_process_has_a_helper_of_its_own_and_leaves_the_other_alone():
    done = run(
        "pid = os.fork()\n"
        "assert ask() is None\n"
        "print(*find_helpers(os.getpid()), flush=True)\n"
        "if not pid: sys.exit()\n"
        "assert os.waitpid(pid, 0)[1] == 0\n"
        "assert ask() is None\n"
        "print(*find_helpers(os.getpid()), flush=True)\n"
    )

    assert done.stderr == ""
    first, second, third = sorted(done.stdout.split())
    assert len({first, second, third}) == 2


def test_the_web_process_loads_no_parser():
    done = run("print({'pikepdf', 'pydicom', 'PIL', 'pillow_heif'} & set(sys.modules))")

    assert done.stdout == "set()\n"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_becomes_of_the_bytes_there_is_an_answer(data):
    media_type, content = data.draw(st.sampled_from(GOOD))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    content = content[:start] + data.draw(st.binary(max_size=200)) + content[end:]
    content = content[: data.draw(st.integers(1, len(content) + 1))]

    assert look(content, media_type) in {None, *Fault}

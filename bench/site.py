"""A site with the demo content in a folder of its own, served as `make run` serves it."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cms.clamd import get_free_port
from tests.services import start_clamd, start_postgres

PROCESSES = 2
THREADS = 8
START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    port: int
    pid: int
    clamd_port: int

    def resident_bytes(self) -> int:
        """Memory of the web processes together, without the one that only starts them."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        pages = (int(Path(f"/proc/{c}/statm").read_text().split()[1]) for c in children)
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def set_up(folder: Path, database_url: str = "") -> None:
    """Point this process, and those it starts, at the benchmarks' settings and start Django."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_DIR": str(folder),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
        "RATE_SUBMISSIONS": "1000000/1m",
        "RATE_UPLOAD_MB": "1000000/1m",
    }
    import django

    django.setup()


def fill() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("load_demo")


def make_database(stack: ExitStack, folder: Path) -> str:
    """An empty PostgreSQL, migrated, that keeps what it commits as one in production does."""
    (folder / "postgresql").mkdir()
    url = start_postgres(stack, folder / "postgresql", settings=())["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench TEMPLATE template_cms")
    return f"{url.rpartition('/')[0]}/bench"


@contextmanager
def demo_site(*, on_postgres: bool = False) -> Iterator[Served]:
    """Loads the demo content, starts clamd and the web server, and stops them again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-bench-")))
        folder.chmod(0o755)
        (folder / "clamd").mkdir()
        os.environ |= start_clamd(stack, folder / "clamd")
        set_up(folder, make_database(stack, folder) if on_postgres else "")
        fill()
        clamd_port = int(os.environ["CLAMD_URL"].rpartition(":")[2])
        port = get_free_port()
        command = [sys.executable, "-m", "gunicorn", "bench.wsgi", f"--bind=127.0.0.1:{port}"]
        command += [f"--workers={PROCESSES}", f"--threads={THREADS}", "--keep-alive=60"]
        server = subprocess.Popen([*command, "--log-level=warning", "--no-control-socket"])
        try:
            wait_for(port)
            yield Served(port, server.pid, clamd_port)
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
        except OSError:  # refused, slow, or not ready: URLError is one too
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the web server did not start")

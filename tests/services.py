"""`make test-services`: the suite on real PostgreSQL, Redis, clamd, S3 and SMTP, and in Chromium.

Every service is started here, on a private port, in a temporary folder, and stopped by its process
id. PostgreSQL, Redis and clamd run as an unprivileged user; the S3 and SMTP servers are Python
from our own .venv, which that user may not be able to read, and run as whoever runs the tests.
A service that cannot be had is a failure, never a skip.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from typing import Any

import boto3
import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cms.clamd import get_free_port, prepare  # noqa: E402  (the checkout is no installed package)
from tests.checks import (  # noqa: E402  (the same)
    BARE_SITE,
    BIN,
    TWO_WORKERS,
    WITHOUT_SERVICES,
    check,
    get_clean_environment,
    migrate_into,
)

# What must be there, and the Debian package that brings it.
PROGRAMS = {
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "clamd": "clamav-daemon",
    "chromium": "chromium",
}
# Without it Chromium draws Arabic as boxes, and nobody can look at its pictures.
ARABIC_FONT = Path("/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf")
FONT_PACKAGE = "fonts-noto-core"
START_SECONDS = 60
STOP_SECONDS = 20
SUITE = (*TWO_WORKERS, "-m", "not browser and not soak", "--ignore=tests/browser")
BROWSER = (*TWO_WORKERS, "-m", "browser and not soak", "tests/browser")
# The plugin on a site that has nothing but Wagtail and the plugin; on SQLite in `make test`.
PLUGIN = (*WITHOUT_SERVICES, "tests/treatment_forms")
# Coverage makes the suite half as slow again: it is counted where there is time.
COVERED = (*SUITE, "--cov")
# The faults that a run of the suite tries once are tried on both databases.
SOAK = (
    *TWO_WORKERS,
    "-m",
    "soak or services",
    "--timeout=3600",
    "tests/treatment_forms",
    "tests/cms",
)
ON_POSTGRESQL = {"DATABASE_URL", "TEST_DATABASE_TEMPLATE"}
S3_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret"}
# Nothing here outlives the run, so nothing waits for a disk.
POSTGRES = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class UnavailableError(Exception):
    """A service could not be had; the run has failed."""


# --- Programs -------------------------------------------------------------------------


def find(program: str) -> str | None:
    newest_first = sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)
    folders = [*newest_first, "/usr/local/bin", "/usr/bin", "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(program, path=os.pathsep.join(folders))


def get(program: str) -> str:
    path = find(program)
    if path is None:
        raise UnavailableError(
            f"{program} is missing. Add it: sudo apt install {PROGRAMS[program]}"
        )
    return path


def install_missing() -> None:
    """With apt where we may; otherwise `get` names the command."""
    missing = [package for program, package in PROGRAMS.items() if find(program) is None]
    missing += [] if ARABIC_FONT.exists() else [FONT_PACKAGE]
    if not missing or os.getuid() != 0 or shutil.which("apt-get") is None:
        return
    print("Installing", *missing, "…", flush=True)
    # RUNLEVEL=1 keeps Debian from starting services of its own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    for command in (["apt-get", "update", "-qq"], install):
        result = subprocess.run(
            command, env=environment, check=False, capture_output=True, stdin=subprocess.DEVNULL
        )
        if result.returncode:
            raise UnavailableError(result.stderr.decode())


# --- Processes ------------------------------------------------------------------------


def become_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, and the others need not."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give_to_nobody(folder: Path) -> None:
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, port: int, **options: Any
) -> Iterator[None]:
    """The command's process, from when it answers on its port until the block ends."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", **S3_KEYS},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )
    try:
        wait_for(port, process, log)
        yield
    finally:
        stop(process)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise UnavailableError(f"{process.args!r}:\n{log.read_text()}") from None
            time.sleep(0.1)
        else:
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT: for PostgreSQL a fast shutdown, for the others a stop like any."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# --- Services: each starts one and says how the site finds it -------------------------


def start_postgres(
    stack: ExitStack, folder: Path, settings: Sequence[str] = POSTGRES
) -> dict[str, str]:
    port, data = get_free_port(), folder / "data"
    give_to_nobody(folder)
    postgres = Path(get("postgres"))
    initdb = [postgres.with_name("initdb"), "-D", data, "-U", "cms", "-A", "trust", "--no-sync"]
    made = subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        **become_nobody(),
    )
    if made.returncode:
        raise UnavailableError(made.stderr)
    settings = (*settings, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
    command = [postgres, "-D", data, "-p", str(port)]
    command += [argument for setting in settings for argument in ("-c", setting)]
    stack.enter_context(running(command, folder, port, **become_nobody()))
    url = f"postgres://cms@127.0.0.1:{port}"
    create_databases(f"{url}/postgres", "cms", "template_cms")
    if not check(*migrate_into(f"{url}/template_cms")):
        raise UnavailableError("the migrations fail on PostgreSQL")
    return {"DATABASE_URL": f"{url}/cms", "TEST_DATABASE_TEMPLATE": "template_cms"}


def create_databases(url: str, *names: str) -> None:
    """Waits out the moment in which PostgreSQL listens but is still starting up."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                for name in names:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def start_redis(stack: ExitStack, folder: Path) -> dict[str, str]:
    port = get_free_port()
    give_to_nobody(folder)
    command = [get("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    stack.enter_context(running(command, folder, port, **become_nobody()))
    return {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}


def start_clamd(stack: ExitStack, folder: Path) -> dict[str, str]:
    get("clamd")
    clamd = prepare(folder, system_signatures=folder / "no-signatures-of-the-machine")
    if clamd is None:
        raise UnavailableError("clamd was there a moment ago")
    give_to_nobody(folder)
    port = int(clamd.url.rpartition(":")[2])
    stack.enter_context(running(clamd.command, folder, port, **become_nobody()))
    return {"CLAMD_URL": clamd.url}


def start_s3(stack: ExitStack, folder: Path) -> dict[str, str]:
    port = get_free_port()
    command = [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    stack.enter_context(running(command, folder, port))
    url = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=S3_KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=S3_KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    for bucket in ("pictures", "attachments"):
        client.create_bucket(Bucket=bucket)
    # Browsers fetch pictures from the bucket itself; attachments nobody may.
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [{**anyone, "Resource": "arn:aws:s3:::pictures/*"}],
    }
    client.put_bucket_policy(Bucket="pictures", Policy=json.dumps(policy))
    return {
        "AWS_S3_ENDPOINT_URL": url,
        "AWS_S3_REGION_NAME": "us-east-1",
        "AWS_STORAGE_BUCKET_NAME": "pictures",
        "ATTACHMENTS_BUCKET_NAME": "attachments",
        **S3_KEYS,
    }


def start_smtp(stack: ExitStack, folder: Path) -> dict[str, str]:
    """Takes every mail and keeps it in a maildir, which the tests read."""
    port, maildir = get_free_port(), folder / "maildir"
    command = [BIN / "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-s", str(200 * 1024 * 1024)]
    command += ["-c", "aiosmtpd.handlers.Mailbox", maildir]
    stack.enter_context(running(command, folder, port))
    return {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "TEST_MAILDIR": str(maildir)}


SERVICES = {
    "postgresql": start_postgres,
    "redis": start_redis,
    "clamd": start_clamd,
    "s3": start_s3,
    "smtp": start_smtp,
}


def start_all(stack: ExitStack) -> dict[str, str]:
    """Start every service; the environment in which the site finds them."""
    top = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-services-")))
    top.chmod(0o755)
    environment: dict[str, str] = {}
    for name, start in SERVICES.items():
        folder = top / name
        folder.mkdir()
        environment |= start(stack, folder)
    return environment


def run_pytest(environment: dict[str, str], *arguments: str) -> bool:
    result = subprocess.run(
        [BIN / "pytest", *arguments],
        cwd=ROOT,
        env={**get_clean_environment(), **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return result.returncode == 0


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    is_soak = "--soak" in arguments
    extra = [argument for argument in arguments if argument != "--soak"]
    try:
        install_missing()
        get("chromium")
        with ExitStack() as stack:
            environment = start_all(stack)
            on_sqlite = {n: v for n, v in environment.items() if n not in ON_POSTGRESQL}
            runs = [(environment, SUITE), (environment, BROWSER)]
            if is_soak:
                bare = (environment | BARE_SITE, PLUGIN)
                runs = [(environment, SOAK), (on_sqlite, SOAK), bare, (environment, COVERED)]
            passed = [run_pytest(services, *run, *extra) for services, run in runs]
    except UnavailableError as error:
        print(f"FAIL {error}", file=sys.stderr)
        return 1
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

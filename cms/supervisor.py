"""Keeps a handful of processes running until it is told to stop, and then stops only those."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from threading import Event

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a process that lived so long starts again at once


@dataclass(frozen=True)
class Service:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None  # where its output goes instead of the terminal


@dataclass
class Child:
    """One service, its process of the moment, and when it may start again."""

    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    starts_at: float | None = None
    failures: int = 0


def start(service: Service) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
    # setpriv ends the child when we are killed outright.
    leash = ["setpriv", "--pdeathsig", "TERM", "--"] if which("setpriv") else []
    output = service.log.open("ab") if service.log else None
    return subprocess.Popen(
        [*leash, *service.command],
        env={**os.environ, **service.environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def watch(child: Child, now: float) -> None:
    """Start a died child again, after a pause that doubles while it keeps dying."""
    if child.starts_at is None:
        if child.process.poll() is None:
            return
        steady = now - child.started_at > STEADY_SECONDS
        child.failures = 1 if steady else child.failures + 1
        pause = min(2.0 ** (child.failures - 1), LONGEST_PAUSE_SECONDS)
        child.starts_at = now + pause
        log.warning(
            "%s ended with %s; it starts again in %.0f s",
            child.service.name,
            child.process.returncode,
            pause,
        )
    if now >= child.starts_at:
        child.process = start(child.service)
        child.started_at, child.starts_at = now, None


def stop(children: Sequence[Child]) -> None:
    for child in reversed(children):
        end(child.process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            end(child.process, signal.SIGKILL)
            child.process.wait()


def end(process: subprocess.Popen[bytes], with_signal: signal.Signals) -> None:
    """Signal a process we started, with what it started in turn."""
    if process.poll() is None:
        os.killpg(process.pid, with_signal)


def run(services: Sequence[Service], stopping: Event, poll_seconds: float = 0.5) -> None:
    """Start every service and keep it running until `stopping` is set; then stop them all."""
    children: list[Child] = []
    try:
        for service in services:
            children.append(Child(service, start(service), time.monotonic()))  # noqa: PERF401  (a failing start must still stop those before it)
        while not stopping.wait(poll_seconds):
            for child in children:
                watch(child, time.monotonic())
    finally:
        stop(children)

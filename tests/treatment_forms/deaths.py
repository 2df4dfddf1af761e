"""Processes that die at a step of our choosing: SIGKILL, in the middle of our own code.

A step is a statement sent to the database: between two of them lie the writing of bytes, the
scanner and the mail, so that a death before and after each statement is a death at every step.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

FINISHED = 0
FAILED = 1


def run_until(step: int, work: Callable[[], Any], *, after: bool = False) -> bool:
    """Do the work in a process of its own that is killed at its `step`-th statement.

    Args:
        step: counted from 1.
        after: die when the database has done the statement, not before it is asked.

    Returns:
        Whether it died; False when the work has fewer steps.
    """
    connections.close_all()  # a connection cannot live in two processes
    child = os.fork()
    if child == 0:
        _live(step, work, after=after)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == FINISHED, "the work failed by itself"
    return False


def _live(step: int, work: Callable[[], Any], *, after: bool) -> None:
    try:
        with connection.execute_wrapper(_Death(step, after=after)):
            work()
    except BaseException:  # noqa: BLE001  (nothing may return into the test's own process)
        os._exit(FAILED)
    os._exit(FINISHED)


class _Death:
    def __init__(self, step: int, *, after: bool) -> None:
        self.left = step
        self.after = after

    def __call__(self, execute: Any, *statement: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = execute(*statement)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

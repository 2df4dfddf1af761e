"""When to try again: one table for mails and files."""

import random
from datetime import datetime, timedelta

from treatment_forms import conf

JITTER = 0.1  # so that a thousand mails of one outage do not come back in the same second


def get_pause(failures: int) -> timedelta:
    """How long to wait after so many failures in a row (at least one), without jitter."""
    last = len(conf.RETRY_MINUTES) - 1
    return timedelta(minutes=conf.RETRY_MINUTES[min(failures - 1, last)])


def get_next_try(failures: int, *, at: datetime, asked: timedelta | None = None) -> datetime:
    """When to try again, with jitter; never before what the other side `asked` for."""
    pause = get_pause(failures) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    return at + max(pause, asked or timedelta())


def get_lease(tries: int) -> timedelta:
    """How long a worker may hold what it claimed for the `tries`-th time.

    It grows as the pauses do: what kills every worker, or cannot be settled, must not become
    a mail every two minutes.
    """
    lease = timedelta(seconds=conf.get("LEASE_SECONDS"))
    return lease if tries == 1 else max(lease, get_pause(tries))

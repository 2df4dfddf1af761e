"""One idempotency key, one request: an app that got no answer may safely ask again.

A row is committed before anything else happens, so that of two that come with the same key one
waits. Its time runs out: when its holder died, the next one takes over. It turns into the answer
in the very transaction that stores the request, and it goes when nothing was stored: then the
key is free for the mended request.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from treatment_forms import conf, vault
from treatment_forms.errors import Stale, TreatmentFormsError
from treatment_forms.models import Replay, Submission

logger = logging.getLogger(__name__)

ASK_AGAIN = timedelta(seconds=5)
"""Most requests are stored by then; for the few whose holder died one asks a few times more."""


class KeyInFlight(TreatmentFormsError):
    """The first request with this key is still being taken. Ask again.

    Args:
        retry_after: seconds.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class KeyReused(TreatmentFormsError):
    """Another request was stored under this key. Refuse it: somebody must make another key."""


@dataclass(frozen=True)
class Lease:
    """The right to store a request under a key, until `ends_at`, which also names the holder."""

    replay_id: int
    ends_at: datetime


@dataclass(frozen=True)
class Answered:
    """A request was stored under this key, and this was said."""

    document: dict[str, Any]


def make_fingerprint(document: Any) -> str:
    """What tells one body from another; from it nobody can tell the body."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=True)
    return salted_hmac("treatment_forms.fingerprint", text, algorithm="sha256").hexdigest()


def begin(scope: str, key: str, fingerprint: str, *, at: datetime) -> Lease | Answered:
    """Take the key for one try, or hear what was answered to the same request.

    Args:
        scope: what the key is for; the same key for something else is another one.
        fingerprint: of the body, made by `make_fingerprint`.

    Raises:
        KeyInFlight: somebody else has it now.
        KeyReused: another body was stored under it.
    """
    hashed = _hash(scope, key)
    return _take_new(hashed, fingerprint, at=at) or _take_known(hashed, fingerprint, at=at)


def find(scope: str, key: str, fingerprint: str, *, at: datetime) -> Answered | None:
    """What was answered to this very request, for who takes no new one. Takes no key.

    Raises:
        KeyInFlight: it is being taken.
    """
    row = _find_rows(scope, key, at=at).filter(fingerprint=fingerprint).first()
    if row and row.sealed_answer is not None:
        return Answered(vault.unseal(row.sealed_answer))
    if row and row.taken_until and row.taken_until > at:
        raise KeyInFlight(_to_seconds(min(row.taken_until - at, ASK_AGAIN)))
    return None


def is_known(scope: str, key: str, *, at: datetime) -> bool:
    return _find_rows(scope, key, at=at).exists()


def _find_rows(scope: str, key: str, *, at: datetime) -> QuerySet[Replay]:
    return Replay.objects.filter(key=_hash(scope, key), expires_at__gt=at)


def _hash(scope: str, key: str) -> str:
    return salted_hmac("treatment_forms.key", f"{scope} {key}", algorithm="sha256").hexdigest()


def _take_new(key: str, fingerprint: str, *, at: datetime) -> Lease | None:
    Replay.objects.filter(key=key, expires_at__lte=at).delete()
    try:
        with transaction.atomic():
            row = Replay.objects.create(
                key=key,
                fingerprint=fingerprint,
                taken_until=at + _get_time(),
                expires_at=at + conf.REPLAY_FOR,
            )
    except IntegrityError:
        return None
    return Lease(row.pk, at + _get_time())


def _take_known(key: str, fingerprint: str, *, at: datetime) -> Lease | Answered:
    row = Replay.objects.filter(key=key).first()
    if row is None:  # it was refused in this very moment
        raise KeyInFlight(1)
    if row.sealed_answer is not None:
        if row.fingerprint != fingerprint:
            raise KeyReused
        return Answered(vault.unseal(row.sealed_answer))
    until = row.taken_until or at
    if until > at:
        raise KeyInFlight(_to_seconds(min(until - at, ASK_AGAIN)))
    mine = Lease(row.pk, at + _get_time())
    won = Replay.objects.filter(pk=row.pk, taken_until=row.taken_until, sealed_answer=None).update(
        taken_until=mine.ends_at, fingerprint=fingerprint, expires_at=at + conf.REPLAY_FOR
    )
    if not won:
        raise KeyInFlight(_to_seconds(ASK_AGAIN))
    logger.warning("Idempotency key %s: taken over", row.pk)
    return mine


def settle(lease: Lease, document: dict[str, Any], *, submission: Submission) -> None:
    """Keep what is answered, in the transaction that stores the request.

    Raises:
        Stale: the lease ran out and another has the key; the transaction must not be kept.
    """
    won = _mine(lease).update(
        submission=submission, sealed_answer=vault.seal(document), taken_until=None
    )
    if not won:
        raise Stale("another has this key by now")


def forget_names(submission: Submission) -> None:
    """A request was taken back: what is answered again holds nothing that its sender wrote.

    The keys stay. An app that never got its answer asks again by itself, and that must not store
    the request once more.
    """
    for row in Replay.objects.filter(submission=submission, sealed_answer__isnull=False):
        document = vault.unseal(row.sealed_answer or b"")
        files = [{**file, "name": ""} for file in document.get("files", [])]
        row.sealed_answer = vault.seal({**document, "files": files})
        row.save(update_fields=["sealed_answer"])


@contextmanager
def holding(lease: Lease) -> Iterator[None]:
    """The key is free again when what is done under it fails: nothing was stored.

    Raises:
        KeyInFlight: it failed, and another has the key by now, or it was stored all the same:
            only its answer was lost with the connection to the database.
    """
    try:
        yield
    except BaseException as error:
        if not _release(lease):
            raise KeyInFlight(1) from error
        raise


def _release(lease: Lease) -> bool:
    try:
        deleted, _per_model = _mine(lease).delete()
    except Error as error:  # it ends by itself
        logger.warning("Idempotency key %s stays taken: %s", lease.replay_id, type(error).__name__)
        return True
    return bool(deleted)


def _mine(lease: Lease) -> Any:
    holds = Q(taken_until=lease.ends_at, sealed_answer=None)
    return Replay.objects.filter(holds, pk=lease.replay_id)


def _get_time() -> timedelta:
    return timedelta(seconds=conf.get("LEASE_SECONDS"))


def _to_seconds(span: timedelta) -> int:
    return max(1, -int(-span.total_seconds() // 1))

"""`/healthz`: the process is up. `/readyz`: everything that a request needs is up."""

from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from treatment_forms.errors import ScannerTrouble
from treatment_forms.scanners import get_scanner
from treatment_forms.services.deliver import get_oldest_due
from treatment_forms.vault import STORAGE_ERRORS

LATEST_SECONDS = 300  # the coordinator's mail leaves within five minutes
REDIS_SECONDS = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say in a word how each part is. 503 when one is not well, for whoever is to be woken."""
    parts = {name: check() for name, check in CHECKS.items()}
    is_ready = all(state in {"ok", "not configured"} for state in parts.values())
    answer = {"ready": is_ready, **parts, "oldest_due_delivery_seconds": get_oldest_due_seconds()}
    return JsonResponse(answer, status=200 if is_ready else 503)


def check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"


def check_storage() -> str:
    """Pictures can be asked for, and a patient's file could be written now."""
    try:
        storages["default"].exists("readyz")
        write_and_delete(storages["attachments"])
    except STORAGE_ERRORS:
        return "down"
    return "ok"


def write_and_delete(storage: Storage) -> None:
    storage.delete(storage.save("readyz", ContentFile(b"ready")))


def check_clamd() -> str:
    scanner = get_scanner()
    if scanner is None:
        return "not configured"
    try:
        scanner.version()
    except ScannerTrouble:
        return "down"
    return "ok"


def check_redis() -> str:
    """Pages and mails do without it, only slower; somebody has to know."""
    if not settings.REDIS_URL:
        return "not configured"
    limits = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, retry=None, **limits) as redis:
            redis.ping()
    except RedisError:
        return "down"
    return "ok"


def check_deliveries() -> str:
    """A mail that is long due and was not sent means that the workers sleep."""
    seconds = get_oldest_due_seconds()
    if seconds is None:
        return "unknown"
    return "late" if seconds > LATEST_SECONDS else "ok"


def get_oldest_due_seconds() -> int | None:
    """For how long the oldest due mail has been waiting; None while the database is down."""
    try:
        return int(get_oldest_due(timezone.now()).total_seconds())
    except Error:
        return None


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "storage": check_storage,
    "clamd": check_clamd,
    "redis": check_redis,
    "deliveries": check_deliveries,
}

"""How often one address may do one thing, counted in our own rows."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from treatment_forms import conf
from treatment_forms.errors import TooMuch

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# One statement, so that of two senders at the same moment neither slips through. Changes no row
# where the sum would be too much. Django's own upsert cannot add.
COUNT = (
    "INSERT INTO treatment_forms_tally AS held (key, window_starts_at, amount)"
    " VALUES (%s, %s, %s) ON CONFLICT (key, window_starts_at)"
    " DO UPDATE SET amount = held.amount + excluded.amount"
    " WHERE held.amount + excluded.amount <= %s"
)


class Rate(NamedTuple):
    amount: int
    window: timedelta


def parse_rate(text: str) -> Rate:
    """`10/10m`: ten in ten minutes."""
    amount, number, unit = re.fullmatch(r"(\d+)/(\d+)([smhd])", text).groups()  # type: ignore[union-attr]  # checks.py
    return Rate(int(amount), timedelta(seconds=int(number) * SECONDS[unit]))


def get_sender(request: HttpRequest) -> str:
    """An address that means nothing to anybody else: an HMAC of where the request came from.

    Of X-Forwarded-For only as many entries are believed as the host has proxies of its own;
    what is left of them anybody can write. An IPv6 network counts as one address.
    """
    proxies = conf.get("TRUSTED_PROXIES")
    hops = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    address = hops[-proxies].strip() if 0 < proxies <= len(hops) else request.META["REMOTE_ADDR"]
    return salted_hmac("treatment_forms.sender", _widen(address), algorithm="sha256").hexdigest()


def _widen(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or int(parsed) >> 64)


def count_upload(request: HttpRequest, length: int, *, at: datetime) -> TooMuch | None:
    """Count so many bytes from this address. Too many are told, not raised: what comes is read
    all the same, because it may be the same request again."""
    try:
        spend(get_sender(request), "RATE_UPLOAD_MB", -(-length // conf.MIB), at=at)
    except TooMuch as error:
        return error
    return None


def spend(sender: str, setting: str, amount: int, *, at: datetime) -> None:
    """Count `amount` against the setting's rate, if there is room for it.

    Raises:
        TooMuch: there is none; nothing was counted.
    """
    rate = parse_rate(conf.get(setting))
    width = rate.window.total_seconds()
    start = datetime.fromtimestamp(at.timestamp() // width * width, UTC)
    key = salted_hmac("treatment_forms.tally", f"{setting}:{sender}").hexdigest()
    if amount > rate.amount or not _count(key, start, amount, most=rate.amount):
        raise TooMuch(int((start + rate.window - at).total_seconds()) + 1)


def _count(key: str, start: datetime, amount: int, *, most: int) -> bool:
    """Whether there was room for it."""
    moment = connection.ops.adapt_datetimefield_value(start)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, moment, amount, most])
        return bool(cursor.rowcount == 1)

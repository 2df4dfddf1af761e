"""How often one address may do one thing, counted in our own rows."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from treatment_forms import conf
from treatment_forms.errors import TooMuch
from treatment_forms.models import Tally

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


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
    window = Tally.objects.filter(key=key, window_starts_at=start)
    room = window.filter(amount__lte=rate.amount - amount)
    if room.update(amount=F("amount") + amount):
        return
    fresh = Tally(key=key, window_starts_at=start)
    Tally.objects.bulk_create([fresh], ignore_conflicts=True)  # no savepoint, no second look
    if room.update(amount=F("amount") + amount) == 0:
        raise TooMuch(int((start + rate.window - at).total_seconds()) + 1)

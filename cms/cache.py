"""Redis as a cache that may be away: then nothing is found in it, and pages are still served."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

SECONDS = 0.5  # for one answer: what is cached costs less than that to make anew


class PatientClient(RedisCacheClient):
    """As Django's; what Redis does not answer is a miss, what it does not take is not kept."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        limits = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
        # Redis' own tries, with pauses between them, would hold up each page for seconds.
        super().__init__(servers, **{**limits, "retry": Retry(NoBackoff(), 0), **options})

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return bool(_ask(super().add, key, value, timeout, otherwise=True))

    def get(self, key: Any, default: Any) -> Any:
        return _ask(super().get, key, default, otherwise=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        _ask(super().set, key, value, timeout, otherwise=None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return bool(_ask(super().touch, key, timeout, otherwise=False))

    def delete(self, key: Any) -> bool:
        return bool(_ask(super().delete, key, otherwise=False))

    def get_many(self, keys: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = _ask(super().get_many, keys, otherwise={})
        return found

    def has_key(self, key: Any) -> bool:
        return bool(_ask(super().has_key, key, otherwise=False))

    def incr(self, key: Any, delta: int) -> Any:
        """Raises ValueError when there is nothing to add to, as every cache does."""
        sum_ = _ask(super().incr, key, delta, otherwise=None)
        if sum_ is None:
            raise ValueError(f"Key {key!r} not found")
        return sum_

    def set_many(self, data: Any, timeout: Any) -> None:
        _ask(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Any) -> None:
        _ask(super().delete_many, keys, otherwise=None)

    def clear(self) -> bool:
        return bool(_ask(super().clear, otherwise=False))


class PatientRedisCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = PatientClient


def _ask(question: Callable[..., Any], *args: Any, otherwise: Any) -> Any:
    try:
        return question(*args)
    except RedisError as error:
        logger.warning("Cache is not there: %s", type(error).__name__)
        return otherwise

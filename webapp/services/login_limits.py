"""Slowing down password guessing: attempts counted in Valkey per email and network address."""

import hashlib
import logging

from redis.exceptions import RedisError

from webapp.queues import valkey

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
WINDOW_SECONDS = 15 * 60


def count_attempt(email: str, address: str) -> bool:
    """Whether this attempt may go on. With Valkey down it may: people must get in."""
    key = _key(email, address)
    try:
        with valkey().pipeline() as pipe:
            pipe.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            pipe.incr(key)
            _, attempts = pipe.execute()
    except RedisError as error:
        log.warning("Login attempts can't be counted: %s", error)
        return True
    return int(attempts) <= MOST_ATTEMPTS


def forget_attempts(email: str, address: str) -> None:
    """After a login that worked."""
    try:
        valkey().delete(_key(email, address))
    except RedisError as error:
        log.warning("Login attempts can't be forgotten: %s", error)


def _key(email: str, address: str) -> str:
    digest = hashlib.sha256(f"{email.lower()}\0{address}".encode()).hexdigest()
    return f"offerdock:login:{digest}"

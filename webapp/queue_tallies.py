"""How many jobs were taken off each queue, and how many came back because their worker died.

Counted in Valkey, so a wipe begins anew: for curves and alarms, never for a decision."""

import logging
from collections.abc import Mapping

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TAKEN_KEY = "offerdock:taken"
EXPIRED_KEY = "offerdock:expired"


def tally(connection: Redis, key: str, queue: str, number: int = 1) -> None:
    try:
        connection.hincrby(key, queue, number)
    except RedisError as error:
        log.info("A tally of %s is lost: %s", queue, error)


def tallies(found: Mapping[bytes, bytes]) -> dict[str, int]:
    """What HGETALL of one of the keys says, by queue."""
    return {queue.decode(): int(number) for queue, number in found.items()}

"""How often a webhook may be used, counted by the minute in Valkey. Without Valkey nothing is
limited: what a vendor sends must not be lost over that."""

import hashlib
import logging
from datetime import datetime

from redis.commands.core import Script
from redis.exceptions import RedisError

from webapp.queues import valkey

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60
# Refused requests that are kept singly; of a flood the first ones tell everything.
MOST_REFUSALS_KEPT = 60
_COUNT = b"""
local counted = redis.call('INCR', KEYS[1])
if counted == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return counted
"""


def count_delivery(source_id: int, most: int, now: datetime) -> int:
    """0 when it may come in, else the seconds until the next one may."""
    seconds = int(now.timestamp())
    counted = _counted(f"offerdock:door:{source_id}:{seconds // WINDOW_SECONDS}")
    return 0 if counted <= most else WINDOW_SECONDS - seconds % WINDOW_SECONDS


def is_refusal_kept(public_id: str, now: datetime) -> bool:
    minute = int(now.timestamp()) // WINDOW_SECONDS
    # Of strangers' ids as short as of any: nobody fills Valkey with long ones.
    digest = hashlib.blake2b(public_id.encode(), digest_size=16).hexdigest()
    return _counted(f"offerdock:refused:{digest}:{minute}") <= MOST_REFUSALS_KEPT


def _counted(key: str) -> int:
    try:
        return int(Script(valkey(), _COUNT)(keys=[key], args=[2 * WINDOW_SECONDS]))
    except RedisError as error:
        log.warning("Requests of a webhook can't be counted: %s", error)
        return 0

"""Work that a person asked for in bulk: batch after batch for a turn, and only while the live queue
is short, so that what vendors send now does not stand behind thousands of old ones."""

import time
from collections.abc import Callable
from enum import StrEnum

from redis.exceptions import RedisError

from webapp import queues

# A job's share: others have their turn then, and the same work again behind them.
TURN_SECONDS = 10.0
PAUSE_SECONDS = 0.1


class TurnEnd(StrEnum):
    DONE = "done"
    MOVING = "moving"
    # Nobody works offers: ringing again at once would be in vain.
    STUCK = "stuck"


def work_turn(work_batch: Callable[[], int], most_waiting: int) -> TurnEnd:
    """`work_batch` commits, and says how many it worked: none when nothing is left."""
    until = time.monotonic() + TURN_SECONDS
    end = TurnEnd.STUCK
    while time.monotonic() < until:
        if not _is_there_room(most_waiting):
            time.sleep(PAUSE_SECONDS)
        elif work_batch():
            end = TurnEnd.MOVING
        else:
            return TurnEnd.DONE
    return end


def _is_there_room(most_waiting: int) -> bool:
    try:
        return queues.queue(queues.OFFERS_LIVE).count < most_waiting
    except RedisError:
        return False

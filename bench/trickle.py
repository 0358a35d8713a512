"""Deliveries at a steady rate, whatever the door does meanwhile, and how long until each one was
answered and its offer stored."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
import requests

from bench.pages import p95
from bench.webhooks import KEY, make_door
from bench.world import World, wait_until

THREADS = 8
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Latencies:
    """Seconds, p95: until the answer, and from the arrival until the offer was stored."""

    answered: float
    stored: float


def latencies_of_trickle(world: World, web: str, seconds: int, rate: int) -> Latencies:
    door = make_door(world, f"Trickle{time.time():.0f}")
    address = f"{web}/hooks/{door.public_id}"
    began = time.perf_counter()

    def send(number: int) -> float:
        """From the moment it was due, so that a door that stalls is charged for all that wait."""
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        record = {"id": f"T{number}", "price": 250_000 + number, "town": "Faro", "beds": 2}
        answer = sessions[number % THREADS].post(
            address, data=orjson.dumps(record), headers={"X-Api-Key": KEY}, timeout=60
        )
        if answer.status_code != 202:
            raise RuntimeError(f"The door answered {answer.status_code}: {answer.text[:200]}")
        return time.perf_counter() - due

    def work(thread: int) -> list[float]:
        return [send(number) for number in range(thread, seconds * rate, THREADS)]

    sessions = [requests.Session() for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        answered = [one for part in pool.map(work, range(THREADS)) for one in part]

    def is_applied() -> bool:
        left = "SELECT count(*) FROM deliveries WHERE source_id = :id AND finished_at IS NULL"
        return world.sql(left, id=door.source) == [(0,)]

    wait_until(is_applied, PATIENCE_SECONDS, pause=0.2)
    stored = world.sql(
        "SELECT extract(epoch FROM finished_at - received_at) FROM deliveries"
        " WHERE source_id = :id",
        id=door.source,
    )
    return Latencies(p95(answered), p95([float(str(one)) for (one,) in stored]))

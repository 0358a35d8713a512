"""Chaos at the vendors' door: a vendor sends thousands of deliveries, out of order and some of them
twice, and again on anything but 2xx, while web, workers, Valkey and PostgreSQL are killed in turn.
In the end every offer has its newest state, and every acknowledged delivery is accounted for.

    python -m bench.chaos_deliveries [--deliveries 10000] [--offers 1000] [--turns 60] [--seed 1]
"""

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import orjson
import requests

from bench.disturbances import CRASH, KILL, WIPE, Troublemaker
from bench.webhooks import KEY, BenchDoor, make_door
from bench.world import World, free_port, wait_until, wait_until_open, world

SETTINGS = {"LEASE_SECONDS": "3", "TICK_SECONDS": "1", "IMPORT_PROCESSES": "1"}
SENDERS = 8
REPEATED_SHARE = 0.1
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 600
ACCEPTED = (200, 202)
# Vendors give up on a door that hangs.
TIMEOUT = 10
WEB = "web killed"
# What happens in turn; each time some more deliveries were acknowledged.
ROUND = (KILL, WEB, KILL, WIPE, KILL, CRASH)


@dataclass
class Sent:
    """What the vendor's program knows in the end."""

    deliveries: dict[str, int] = field(default_factory=dict)
    """By message id, the number that the door answered."""
    attempts: int = 0
    refusals: int = 0


@dataclass(frozen=True)
class Message:
    offer: int
    version: int

    @property
    def id(self) -> str:
        return f"m-{self.offer}-{self.version}"

    @property
    def body(self) -> bytes:
        return orjson.dumps(
            {
                "id": f"C{self.offer}",
                "version": self.version,
                "price": 100_000 + self.version,
                "town": "Cabo Claro",
                "beds": 3,
            }
        )


class Web:
    """The web on one port, started anew whenever it is found dead."""

    def __init__(self, house: World) -> None:
        self.port = free_port()
        self._house = house
        house.env |= {
            "WEB_CONCURRENCY": "2",
            "GUNICORN_CMD_ARGS": f"--access-logfile /dev/null --worker-tmp-dir {house.folder}",
        }

    def start(self) -> None:
        config = ("-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{self.port}")
        self._house.start("web", "-m", "gunicorn", *config, "wsgi:app")

    def keep_alive(self) -> None:
        if self._house.processes["web"].poll() is not None:
            self.start()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._house.processes["web"].pid, signal.SIGKILL)


def messages_of(deliveries: int, offers: int, shuffled: random.Random) -> list[Message]:
    """Every version of every offer once and some twice, in any order."""
    versions = max(1, deliveries // offers)
    messages = [Message(offer, version) for offer in range(offers) for version in range(versions)]
    messages += shuffled.sample(messages, int(len(messages) * REPEATED_SHARE))
    shuffled.shuffle(messages)
    return messages


def send_all(messages: Sequence[Message], address: str, sent: Sent) -> None:
    lock = threading.Lock()

    def work(part: int) -> None:
        with requests.Session() as session:
            for message in messages[part::SENDERS]:
                deliver(session, message)

    def deliver(session: requests.Session, message: Message) -> None:
        headers = {"X-Api-Key": KEY, "X-Message": message.id}
        while True:
            with lock:
                sent.attempts += 1
            try:
                answer = session.post(address, data=message.body, headers=headers, timeout=TIMEOUT)
                if answer.status_code in ACCEPTED:
                    with lock:
                        sent.deliveries[message.id] = answer.json()["delivery"]
                    return
            except (requests.RequestException, ValueError):
                pass
            with lock:
                sent.refusals += 1
            time.sleep(PAUSE_SECONDS)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(work, range(SENDERS)))


@contextmanager
def trouble_going_on(trouble: Troublemaker, web: Web, sent: Sent, gap: float) -> Iterator[None]:
    """Until the block ends: the next disturbance whenever `gap` more deliveries got through."""
    is_over = threading.Event()

    def stir() -> None:
        turns = 0
        while not is_over.wait(0.05):
            trouble.keep_alive()
            web.keep_alive()
            if len(sent.deliveries) >= (turns + 0.5) * gap:
                disturb(trouble, web, ROUND[turns % len(ROUND)])
                turns += 1

    with ThreadPoolExecutor(1) as pool:
        stirring = pool.submit(stir)
        try:
            yield
        finally:
            is_over.set()
            stirring.result()
    trouble.keep_alive()
    web.keep_alive()


def disturb(trouble: Troublemaker, web: Web, what: str) -> None:
    if what == WEB:
        web.kill()
        trouble.counts[WEB] += 1
    elif what == WIPE:
        trouble.wipe_valkey()
    elif what == CRASH:
        trouble.crash_postgres()
    else:
        wait_until(trouble.kill_someone, PATIENCE_SECONDS)


@dataclass(frozen=True)
class StormResult:
    seconds: float
    messages: int
    sent: Sent
    counts: Mapping[str, int]
    wrong: Sequence[str]


def run_chaos(deliveries: int, offers: int, turns: int, seed: int) -> StormResult:
    shuffled = random.Random(seed)
    with world(**SETTINGS) as house:
        trouble, web, sent = Troublemaker(house, seed), Web(house), Sent()
        try:
            door = make_door(house, "Storm", message_id_header="X-Message", version_at="version")
            trouble.start_workers()
            web.start()
            wait_until_open(web.port)
            messages = messages_of(deliveries, offers, shuffled)
            began = time.monotonic()
            with trouble_going_on(trouble, web, sent, gap=deliveries / turns):
                send_all(messages, f"http://127.0.0.1:{web.port}/hooks/{door.public_id}", sent)
            wait_until(lambda: _is_settled(house, door), PATIENCE_SECONDS, pause=0.2)
            seconds = time.monotonic() - began
            wrong = _wrong(house, door, messages, sent)
        finally:
            trouble.stop_all()
            web.kill()
    return StormResult(seconds, len(messages), sent, trouble.counts, wrong)


def _is_settled(house: World, door: BenchDoor) -> bool:
    left = "SELECT count(*) FROM deliveries WHERE source_id = :id AND finished_at IS NULL"
    return house.sql(left, id=door.source) == [(0,)]


def _wrong(house: World, door: BenchDoor, messages: Sequence[Message], sent: Sent) -> list[str]:
    wrong = []
    newest = {f"C{message.offer}": 0 for message in messages}
    for message in messages:
        name = f"C{message.offer}"
        newest[name] = max(newest[name], 100_000 + message.version)
    stored = {
        str(name): int(str(price))
        for name, price in house.sql(
            "SELECT external_id, price FROM offers WHERE source_id = :id AND lifecycle = 'live'",
            id=door.source,
        )
    }
    if stored != newest:
        stale = sum(stored.get(name) != price for name, price in newest.items())
        wrong.append(f"{stale} of {len(newest)} offers are not in their newest state")
    kept = {
        str(key).removeprefix("id:"): (id, state)
        for id, key, state in house.sql(
            "SELECT id, message_key, state FROM deliveries WHERE source_id = :id", id=door.source
        )
    }
    for message_id, delivery in sent.deliveries.items():
        if kept.get(message_id) != (delivery, "done"):
            wrong.append(f"{message_id}: acknowledged as {delivery}, is {kept.get(message_id)}")
    [(staged, settled, jobs)] = house.sql(
        "SELECT sum(staged), sum(settled), (SELECT count(*) FROM offer_jobs WHERE source_id = :id)"
        " FROM deliveries WHERE source_id = :id",
        id=door.source,
    )
    if not staged == settled == jobs == len(kept):
        wrong.append(f"{len(kept)} deliveries, {staged} staged, {settled} settled, {jobs} jobs")
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_deliveries", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--offers", type=int, default=1_000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = run_chaos(options.deliveries, options.offers, options.turns, options.seed)
    print(f"{result.messages:,} messages for {options.offers:,} offers, {result.seconds:.0f} s")
    print(f"  attempts {result.sent.attempts:,}, not acknowledged {result.sent.refusals:,}")
    for name, count in result.counts.items():
        print(f"  {name:<22}{count:>8,}")
    for sentence in result.wrong[:20]:
        print(f"  WRONG: {sentence}")
    if not result.wrong:
        print("  every offer in its newest state, every acknowledged delivery done")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

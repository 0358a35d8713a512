"""Trouble for a running world: processes killed without warning, Valkey wiped, PostgreSQL crashed.

A worker that died is started again at once, as a container's restart policy would.
"""

import os
import random
import signal
from collections import Counter
from contextlib import suppress

import psutil
from redis import Redis

from bench.world import World
from webapp.embedded import postgres

VICTIMS = {"imports": "imports", "offers-1": "offers", "offers-2": "offers", "default": "default"}
WORKERS = {**VICTIMS, "tick": "tick"}
KILL, WIPE, CRASH = "workers killed", "Valkey wiped", "PostgreSQL crashed"


class Troublemaker:
    """`counts` says how often what was done, `victims` who was killed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.victims: Counter[str] = Counter()

    def start_workers(self) -> None:
        for name, role in WORKERS.items():
            self.world.start_worker(role, name)

    def keep_alive(self) -> None:
        for name, role in WORKERS.items():
            if self.world.processes[name].poll() is not None:
                self.world.start_worker(role, name)

    def kill_someone(self) -> bool:
        """A worker, one of the processes it forked, or all of them, as it comes; False: nobody."""
        name = self.random.choice(list(VICTIMS))
        process = self.world.processes[name]
        if process.poll() is not None or self._would_condemn_an_offer(name):
            return False
        try:
            forked = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return False
        what = self.random.choice(("process", "group", *["fork"] * (3 * bool(forked))))
        if what == "group":
            os.killpg(process.pid, signal.SIGKILL)
        elif what == "process":
            process.kill()
        else:
            with suppress(psutil.NoSuchProcess):
                # The newest is the one at work.
                forked[-1].kill()
        self.counts[KILL] += 1
        self.victims[f"{WORKERS[name]} {what}"] += 1
        return True

    def wipe_valkey(self) -> None:
        with Redis.from_url(self.world.env["REDIS_URL"]) as connection:
            connection.flushall()
        self.counts[WIPE] += 1

    def crash_postgres(self) -> None:
        folder = self.world.folder / "postgres"
        postgres.stop(folder, mode="immediate")
        postgres.start(folder)
        self.counts[CRASH] += 1

    def stop_all(self) -> None:
        """Also what outlived the process that forked it; known by its environment, because the
        numbers of processes and groups are given out anew."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                is_ours = process.environ().get("OFFERDOCK_DATA") == str(self.world.folder)
                if is_ours and "worker.py" in process.cmdline():
                    process.kill()

    def _would_condemn_an_offer(self, name: str) -> bool:
        """An offer on which a worker dies twice alone is set aside for good, as it should be;
        killing at random must not make one offer look like the culprit."""
        if not name.startswith("offers"):
            return False
        [[accused]] = self.world.sql(
            "SELECT count(*) FROM offer_jobs WHERE state = 'running' AND deaths > 0"
        )
        return bool(accused)

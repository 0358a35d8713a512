"""Say whether the role of this container is alive: `python deploy/healthcheck.py web|imports|…`.

Asks the page itself, or looks for the sign of life that RQ and rq-scheduler keep in Valkey.
"""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from redis import Redis

WEB_ADDRESS = "http://127.0.0.1:8000/healthz"
# A worker reports at least every fifteen seconds, an offers worker after each turn.
OLDEST_SIGN_OF_LIFE = 180
ROLES = ("web", "imports", "offers", "default", "tick")


def main(role: str = "", web_address: str = WEB_ADDRESS) -> None:
    """Exit with 1 and a sentence when something is wrong."""
    if role not in ROLES:
        sys.exit(f"There is no role {role!r}; use {', '.join(ROLES)}.")
    if role == "web":
        check_web(web_address)
        return
    with Redis.from_url(redis_url(), socket_timeout=8, decode_responses=True) as valkey:
        if role == "tick":
            check_scheduler(valkey)
        else:
            check_worker(valkey, socket.gethostname())


def check_web(address: str) -> None:
    try:
        with urlopen(address, timeout=8):
            return
    except OSError as error:
        sys.exit(f"{address} doesn't answer: {error}")


def redis_url() -> str:
    if path := os.environ.get("REDIS_URL_FILE"):
        return Path(path).read_text().strip()
    return os.environ["REDIS_URL"]


def check_worker(valkey: Redis, host: str) -> None:
    ages = worker_ages(valkey, host)
    if not ages:
        sys.exit("No worker of this container is registered in Valkey.")
    if min(ages) > OLDEST_SIGN_OF_LIFE:
        sys.exit(f"The last sign of life of this container's worker is {min(ages):.0f} s old.")


def worker_ages(valkey: Redis, host: str) -> list[float]:
    """Seconds since each worker of this host last reported."""
    now = datetime.now(UTC)
    ages = []
    for key in valkey.smembers("rq:workers"):
        worker_host, reported = valkey.hmget(key, "hostname", "last_heartbeat")
        if worker_host == host and reported:
            ages.append((now - datetime.fromisoformat(str(reported))).total_seconds())
    return ages


def check_scheduler(valkey: Redis) -> None:
    # Each scheduler's key expires ten seconds after a round it missed.
    for key in valkey.scan_iter("rq:scheduler_instance:*", count=1000):
        if not valkey.hexists(key, "death"):
            return
    sys.exit("No scheduler is registered in Valkey.")


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""Distinct signed deliveries from wrk, at a rate or as fast as they are answered; what it saw."""

import hmac
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import orjson

from bench.webhooks import KEY

SCRIPT = Path(__file__).with_name("door.lua")
# Of webapp.webhooks.WebhookSettings; door.lua names the header too.
SIGNED = {"scheme": "hmac", "header": "X-Signature"}
OFFERS = 5_000
TEXT = "A bright villa above the bay, with a terrace. " * 20


@dataclass(frozen=True)
class Flood:
    """What wrk saw; latencies in milliseconds."""

    requests: int
    errors: int
    seconds: float
    p50: float
    p95: float
    p99: float


def is_possible() -> bool:
    return which("wrk") is not None


def send_flood(address: str, signed: Path, seconds: int, connections: int, rate: int = 0) -> Flood:
    """`rate`: requests a second, 0: the most that the door takes.

    :raise CalledProcessError: also when all is sent that was signed
    """
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), address,
        "--", str(signed), str(rate),
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Flood(**json.loads(said.splitlines()[-1]))


def write_signed(path: Path, number: int) -> None:
    """So many deliveries, a line each."""
    with path.open("wb") as file:
        file.writelines(_lines(number))


def _lines(number: int) -> Iterator[bytes]:
    for one in range(number):
        body = orjson.dumps(
            {
                "id": f"F{one % OFFERS}",
                "price": 100_000 + one % 900_000,
                "town": "Puerto Lirio",
                "beds": 3,
                "number": one,
                "text": TEXT,
            }
        )
        signature = hmac.digest(KEY.encode(), body, "sha256").hex()
        yield signature.encode() + b"\t" + body + b"\n"

"""Each part of the machinery is stopped in turn, and what watches it has to say so within a minute.

    python -m bench.silences

Web, workers, tick, engines and mail server are real. The tick, a worker of offers, the worker of
upkeep, Valkey and PostgreSQL are stopped one at a time and started again; measured is until the
probes, the numbers and an admin's page say the right thing, and who was written to.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests

from bench.person import Person, admin_at_the_web
from bench.report import Figure, at_least, at_most, exactly, figures_table
from bench.world import World, wait_until, world
from tests.integration.notify.mail_server import MailServer, running_mail_server
from tests.integration.pipeline.sentry_ingest import Ingest, running_ingest
from webapp.alert_kinds import MACHINERY
from webapp.channel_addresses import checked_address
from webapp.embedded import postgres, valkey
from webapp.extensions import db
from webapp.queries.workers import TICKS_MISSED, WORKER_SILENT_SECONDS
from webapp.services.notifications import RuleSettings, add_channel, add_rule

ROLES = ("imports", "offers", "default", "tick")
BAR_SECONDS = 60
PAGE_BAR_SECONDS = 1
# What is wrong stays so this long, and what is mended too: a second message would come by then.
OUTAGE_SECONDS = 80
REST_SECONDS = 35
PATIENCE_SECONDS = 150
LOOK_SECONDS = 0.5

Says = Callable[[requests.Response], bool]


@dataclass(frozen=True)
class Silence:
    """What is stopped, and what each address has to say then. `messages`: how many go out, and
    as many all-clears."""

    name: str
    stop: Callable[[], object]
    start: Callable[[], object]
    says: Mapping[str, Says]
    messages: int = 1


@dataclass(frozen=True)
class Listeners:
    mail: MailServer
    sentry: Ingest


def main() -> None:
    figures: list[Figure] = []
    with running_mail_server() as mail, running_ingest() as sentry:
        settings = {"MAIL_URL": mail.url, "SENTRY_DSN": sentry.dsn, "IMPORT_PROCESSES": "1"}
        with world(**settings) as house:
            tell_the_machine_room(house)
            for role in ROLES:
                house.start_worker(role)
            person = admin_at_the_web(house)
            for silence in silences(house):
                print(f"Without {silence.name} …", file=sys.stderr, flush=True)
                figures += measure(silence, person, Listeners(mail, sentry))
    print(figures_table(figures))


def tell_the_machine_room(house: World) -> None:
    with house.app.test_request_context():
        channel = add_channel(None, "Machine room", checked_address("ops@dock.example"))
        add_rule(None, None, RuleSettings(sorted(MACHINERY)), [channel])
        db.session.commit()


def silences(house: World) -> list[Silence]:
    def kill(role: str) -> Callable[[], object]:
        # With what it has forked.
        return lambda: os.killpg(house.processes[role].pid, signal.SIGKILL)

    def start(role: str) -> Callable[[], object]:
        return lambda: house.start_worker(role)

    lives = {"/healthz": status(200), "/readyz": status(200)}
    longest = house.app.config["OFFERDOCK"].tick_seconds * TICKS_MISSED
    caches, database = house.folder / "valkey", house.folder / "postgres"
    return [
        Silence("the tick", kill("tick"), start("tick"), lives | {
            "/metrics": lambda answer: number("offerdock_tick_age_seconds", answer) > longest,
            "/operations": words("Tick silent"),
        }),
        *(
            Silence(f"the worker of {role}", kill(role), start(role), lives | {
                "/metrics": heartbeat_is_old(queue), "/operations": no_worker(queue),
            })
            for role, queue in (("offers", "offers-live"), ("default", "default"))
        ),
        Silence("Valkey", lambda: valkey.stop(caches), lambda: valkey.start(caches), {
            "/healthz": status(200),
            "/readyz": unready(postgresql="ok", valkey="away"),
            "/metrics": lambda answer: number('offerdock_up{engine="valkey"}', answer) == 0,
            "/operations": words("The queue (Valkey) can’t be reached"),
        }),
        Silence("PostgreSQL", lambda: postgres.stop(database), lambda: postgres.start(database), {
            "/healthz": status(200),
            "/readyz": unready(postgresql="away", valkey="ok"),
            "/metrics": lambda answer: number('offerdock_up{engine="postgresql"}', answer) == 0,
            "/operations": words("The database can’t be reached", code=503),
        }, messages=0),
    ]  # fmt: skip


def measure(silence: Silence, person: Person, listeners: Listeners) -> list[Figure]:
    wait_until(lambda: is_well(person), PATIENCE_SECONDS, LOOK_SECONDS)
    time.sleep(REST_SECONDS)
    mails, events = len(listeners.mail.mails), len(listeners.sentry.events)
    began = time.monotonic()
    silence.stop()
    said, slowest, told = watch(silence, person, listeners, began)
    opened = listeners.mail.subjects[mails:]
    at_sentry = issues_of(listeners.sentry.events[events:])
    began = time.monotonic()
    silence.start()
    wait_until(lambda: is_well(person), PATIENCE_SECONDS, LOOK_SECONDS)
    well = time.monotonic() - began
    with suppress(TimeoutError):
        wait_until(
            lambda: len(listeners.mail.mails) >= mails + len(opened) + silence.messages,
            PATIENCE_SECONDS,
        )
    cleared = time.monotonic() - began
    time.sleep(REST_SECONDS)
    closed = listeners.mail.subjects[mails + len(opened) :]
    print(f"  {opened + closed}, in Sentry {at_sentry}", file=sys.stderr, flush=True)
    figures = [
        at_most(f"without {silence.name}: {path} says so", seconds, BAR_SECONDS, "s")
        for path, seconds in said.items()
    ]
    figures.append(at_most("… slowest page", slowest, PAGE_BAR_SECONDS, "s"))
    figures.append(exactly("… messages", len(opened), silence.messages))
    if silence.messages:
        figures.append(at_most("… first one", told, BAR_SECONDS, "s"))
    else:
        figures.append(at_least("… issues in Sentry", len(at_sentry), 1, "issues"))
    figures.append(at_most("… back: the page says so", well, BAR_SECONDS, "s"))
    figures.append(exactly("… all-clears", len(closed), silence.messages))
    if silence.messages:
        figures.append(at_most("… first one", cleared, BAR_SECONDS, "s"))
    return figures


def watch(
    silence: Silence, person: Person, listeners: Listeners, began: float
) -> tuple[dict[str, float], float, float]:
    """Seconds until each address says the right thing for good, the longest that the page took,
    and seconds until the first message."""
    mails, told = len(listeners.mail.mails), float("inf")
    said = dict.fromkeys(silence.says, float("inf"))
    slowest = 0.0
    while time.monotonic() - began < OUTAGE_SECONDS:
        for path, is_right in silence.says.items():
            asked = time.monotonic()
            answer = person.ask(path)
            if path == "/operations":
                slowest = max(slowest, time.monotonic() - asked)
            seconds = time.monotonic() - began
            said[path] = min(said[path], seconds) if is_right(answer) else float("inf")
        if len(listeners.mail.mails) > mails:
            told = min(told, time.monotonic() - began)
        time.sleep(LOOK_SECONDS)
    return said, slowest, told


def issues_of(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentry groups what is logged by its words before anything is put into them."""
    words = (event.get("logentry", {}).get("message", "an exception") for event in events)
    return sorted(set(words))


def is_well(person: Person) -> bool:
    page = person.ask("/operations")
    is_ready = person.ask("/readyz").status_code == 200
    troubles = ("Tick silent", "No worker", "(Valkey) can’t be reached", ">Silent<")
    return is_ready and page.status_code == 200 and not any(map(page.text.__contains__, troubles))


def status(code: int) -> Says:
    return lambda answer: answer.status_code == code


def words(expected: str, code: int = 200) -> Says:
    return lambda answer: answer.status_code == code and expected in answer.text


def unready(**facts: str) -> Says:
    return lambda answer: answer.status_code == 503 and facts.items() <= answer.json().items()


def number(metric: str, answer: requests.Response) -> float:
    found = re.search(rf"^{re.escape(metric)} (\S+)$", answer.text, re.M)
    return float(found[1]) if found else float("nan")


def heartbeat_is_old(queue: str) -> Says:
    """Or nobody is left who ever beat."""
    line = (
        rf'^offerdock_worker_heartbeat_age_seconds{{[^}}]*queues="[^"]*{queue}[^"]*"[^}}]*}} (\S+)$'
    )

    def says(answer: requests.Response) -> bool:
        ages = [float(age) for age in re.findall(line, answer.text, re.M)]
        return answer.status_code == 200 and all(age > WORKER_SILENT_SECONDS for age in ages)

    return says


def no_worker(queue: str) -> Says:
    row = re.compile(rf'<tr id="queue-{queue}">.*?</tr>', re.S)

    def says(answer: requests.Response) -> bool:
        found = row.search(answer.text)
        return found is not None and "No worker" in found[0]

    return says


if __name__ == "__main__":
    main()

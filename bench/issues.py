"""The list of what is wrong at full size, and one bad field from its first record to the all-clear.

    python -m bench.issues [--offers 100000]

One offer in twenty has a type that the mapping doesn't know: that has to be one issue, one event
in Sentry and one message, and after the mapping has learnt the word, only those offers may move.
"""

import argparse
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.pages import p95
from bench.person import Person, admin_at_the_web
from bench.report import Figure, at_most, exactly, figures_table
from bench.world import World, free_port, wait_until, wait_until_open, world
from demo.kyero import HEAD, TAIL, record
from demo.offers import Feed, offers_of
from jobs.issues import group_problems
from tests.integration.notify.mail_server import MailServer, running_mail_server
from tests.integration.pipeline.sentry_ingest import Ingest, running_ingest
from webapp.alert_kinds import AlertKind
from webapp.channel_addresses import checked_address
from webapp.extensions import db
from webapp.models import Issue, Role, Source
from webapp.presets import load_preset
from webapp.services.accounts import add_user
from webapp.services.issues import apply_again
from webapp.services.mappings import add_version
from webapp.services.notifications import RuleSettings, add_channel, add_rule

ROLES = ("imports", "offers", "default", "tick")
EVERY, WORD = 20, "Boathouse"
KINDS, PROBLEMS = 40, 100_000
LIST_BAR, GROUPING_BAR = 100, 0.1
REQUESTS = 60
PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Listeners:
    mail: MailServer
    sentry: Ingest


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.issues", description=__doc__)
    parser.add_argument("--offers", type=int, default=100_000)
    options = parser.parse_args()
    with listening() as listeners, feed_house(listeners, options.offers) as (house, address):
        figures = one_bad_field(house, listeners, address, options.offers)
        figures += many_problems(house, admin_at_the_web(house))
    print(figures_table(figures))


@contextmanager
def listening() -> Iterator[Listeners]:
    with running_mail_server() as mail, running_ingest() as sentry:
        yield Listeners(mail, sentry)


@contextmanager
def feed_house(listeners: Listeners, offers: int) -> Iterator[tuple[World, str]]:
    """Workers that may fetch from a web server of the benchmark's own, with the feed's address."""
    port = free_port()
    settings = {
        "ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{port}",
        "MAIL_URL": listeners.mail.url,
        "SENTRY_DSN": listeners.sentry.dsn,
    }
    with world(**settings) as house:
        write_feed(house.folder / "feed" / "offers.xml", offers)
        folder = str(house.folder / "feed")
        house.start("feed", "-m", "http.server", "-b", "127.0.0.1", "-d", folder, str(port))
        wait_until_open(port)
        for role in ROLES:
            house.start_worker(role)
        yield house, f"http://127.0.0.1:{port}/offers.xml"


def write_feed(path: Path, offers: int) -> None:
    path.parent.mkdir()
    with path.open("w") as file:
        file.write(HEAD)
        for number, offer in enumerate(offers_of(Feed(agency="costa-bench", offers=offers))):
            text = record("costa-bench", offer)
            bad = number % EVERY == 0
            file.write(re.sub("<type>.*?</type>", f"<type>{WORD}</type>", text) if bad else text)
        file.write(TAIL)


def one_bad_field(house: World, listeners: Listeners, address: str, offers: int) -> list[Figure]:
    source_id = house.source("One bad field", address)
    with house.app.test_request_context():
        agency = db.session.get_one(Source, source_id).agency
        channel = add_channel(agency, "Office", checked_address("office@costa-bench.example"))
        kinds = [AlertKind.RUN_FAILED, AlertKind.ISSUE_NEW, AlertKind.ISSUE_REGRESSED]
        add_rule(agency, None, RuleSettings(list(kinds)), [channel])
        db.session.commit()
    run = house.finished_run(house.begin_run(source_id), PATIENCE_SECONDS)
    wait_until(lambda: len(listeners.mail.mails) > 0, PATIENCE_SECONDS)
    issues = house.sql("SELECT affected FROM issues WHERE source_id = :id", id=source_id)
    told, events = len(listeners.mail.mails), len(listeners.sentry.events)
    before = revisions(house, source_id)
    began = time.monotonic()
    learn_the_word(house, source_id)
    wait_until(lambda: state_of(house, source_id) == "resolved", PATIENCE_SECONDS)
    wait_until(lambda: len(listeners.mail.mails) > told, PATIENCE_SECONDS)
    seconds = time.monotonic() - began
    after = revisions(house, source_id)
    moved = {external_id for external_id in after if after[external_id] != before[external_id]}
    right = {
        str(row[0])
        for row in house.sql("SELECT external_id FROM offers WHERE type = 'villa' AND"
                             " source_id = :id", id=source_id)
    }  # fmt: skip
    bad = len(range(0, offers, EVERY))
    return [
        exactly(f"issues of {bad:,} records of {run.read:,}", len(issues), 1),
        exactly("… records that it counts", int(str(issues[0][0])), bad),
        exactly("… events in Sentry", events, 1),
        exactly("… messages", told, 1),
        exactly("after the retry: offers that moved", len(moved & right), bad),
        exactly("… others that moved", len(moved - right), 0),
        exactly("… all-clears", len(listeners.mail.mails) - told, 1),
        Figure("… from the retry to the all-clear", f"{seconds:.0f} s"),
    ]


def learn_the_word(house: World, source_id: int) -> None:
    with house.app.test_request_context():
        source = db.session.get_one(Source, source_id)
        user = add_user("fixes@costa-bench.example", "Fixes", Role.ADMIN, None)
        document = load_preset("kyero_v3")
        types = document.values["types"] | {WORD.lower(): "villa"}
        values = {**document.values, "types": types}
        add_version(source, document.model_copy(update={"values": values}), user)
        apply_again(db.session.query(Issue).filter_by(source_id=source_id).one(), user)
        db.session.commit()


def state_of(house: World, source_id: int) -> object:
    [(state,)] = house.sql("SELECT state FROM issues WHERE source_id = :id", id=source_id)
    return state


def revisions(house: World, source_id: int) -> dict[str, object]:
    """By offer: how many it has."""
    counted = """
        SELECT offers.external_id, count(revision.id) FROM offers
        LEFT JOIN offer_revisions AS revision ON revision.offer_id = offers.id
        WHERE offers.source_id = :id GROUP BY offers.external_id
    """
    return {str(external_id): count for external_id, count in house.sql(counted, id=source_id)}


def many_problems(house: World, person: Person) -> list[Figure]:
    """So many problems of so many kinds as if a run had just left them."""
    [(source_id, run_id, seconds)] = house.sql(
        "SELECT source_id, id, extract(epoch FROM finished_at - started_at) FROM runs"
        " ORDER BY id LIMIT 1"
    )
    house.sql(
        """
        INSERT INTO problems (source_id, run_id, external_id, position, code, severity, field,
            raw, message)
        SELECT :source, :run, external_id, row_number() OVER (), 'unknown_value', 'warning',
            'field.' || row_number() OVER () % :kinds, 'word', 'A word that nobody knows.'
        FROM offers WHERE source_id = :source LIMIT :most
        """,
        source=source_id, run=run_id, kinds=KINDS, most=PROBLEMS,
    )  # fmt: skip
    house.sql("ANALYZE problems")
    with house.app.app_context():
        began = time.perf_counter()
        group_problems(int(str(source_id)), int(str(run_id)))
        db.session.commit()
        grouping = time.perf_counter() - began
    lists = cycle(["/issues", f"/issues?source={source_id}", "/issues?severity=warning"])
    timings = [person.open(next(lists)) for _ in range(REQUESTS)]
    return [
        at_most(f"{PROBLEMS:,} problems of {KINDS} kinds grouped ÷ import", grouping
                / float(str(seconds)), GROUPING_BAR, "×", f"{grouping:.2f} of {seconds:.0f} s"),
        at_most("list of issues, p95", p95(timings) * 1000, LIST_BAR, "ms"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()

"""Runs of sources whose files lie in a vendor's folder: what a run notes for the next one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from ftp_server import PASSWORD, USER, running_ftp_server
from sftp_server import running_sftp_server
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from jobs.mappings import compiled_mapping, mapping_document
from jobs.run_here import run_here
from tests import factories
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Mapping, Offer, Run, RunState, Source, Trigger, Verdict, utc_now
from webapp.services.credentials import CredentialKind, SourceCredentials
from webapp.services.runs import NothingToDecide, may_skip_file, skip_file, start_run
from webapp.services.sources import accept_offered_key

LOGIN = SourceCredentials(CredentialKind.BASIC, USER, PASSWORD)
PROPERTY = (
    "<property><id>{id}</id><date>2026-11-20 10:00:00</date><ref>R{id}</ref><price>{price}</price>"
    "<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type>"
    "<town>Puerto Lirio</town><province>Costa Serena</province><country>Spain</country>"
    "<beds>3</beds><baths>2</baths></property>"
)


@pytest.fixture(autouse=True)
def database(session: scoped_session[Session]) -> scoped_session[Session]:
    compiled_mapping.cache_clear()
    mapping_document.cache_clear()
    return session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.fixture
def reach(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Allows 127.0.0.1 at the port that a server of the test has."""

    def reach(host: str) -> None:
        allowed = replace(app.config["OFFERDOCK"], allowed_private_hosts=frozenset({host}))
        monkeypatch.setitem(app.config, "OFFERDOCK", allowed)

    return reach


def put(folder: Path, name: str, prices: dict[int, int], at: int) -> None:
    records = "".join(PROPERTY.format(id=id, price=price) for id, price in prices.items())
    path = folder / "out" / name
    path.write_text(f"<root><kyero><feed_version>3</feed_version></kyero>{records}</root>")
    os.utime(path, (1_750_000_000 + at, 1_750_000_000 + at))


def make_source(location: str, pick: str, semantics: str = "snapshot", **parts: Any) -> int:
    source = factories.make_source(
        make_agency("Costa Serena Homes"),
        location=location,
        credentials=LOGIN,
        fetching={"pick": pick},
    )
    document = db.session.get_one(Mapping, source.mapping_id).document
    db.session.execute(
        update(Mapping)
        .where(Mapping.id == source.mapping_id)
        .values(document={**document, "semantics": semantics, **parts})
    )
    db.session.commit()
    return source.id


def run(app: Flask, source: int) -> Run:
    started = start_run(db.session.get_one(Source, source), trigger=Trigger.MANUAL)
    db.session.commit()
    return run_here(started.id, app.config["OFFERDOCK"])


def waiting_run(source: int) -> Run | None:
    return db.session.scalar(
        select(Run).where(Run.source_id == source, Run.state == RunState.QUEUED)
    )


def prices() -> dict[str, int]:
    db.session.expire_all()
    return {
        offer.external_id: int(float(offer.data["deals"][0]["amount"]))
        for offer in db.session.scalars(select(Offer))
    }


@contextmanager
def vendor(folder: Path, reach: Any) -> Iterator[str]:
    with running_ftp_server(folder) as host:
        reach(host)
        yield f"ftp://{host}/out/*.xml"


def test_all_files_of_a_snapshot_are_one_run(app: Flask, folder: Path, reach: Any) -> None:
    put(folder, "b.xml", {1: 100_000}, at=1)
    put(folder, "a.xml", {2: 200_000, 3: 300_000}, at=2)
    with vendor(folder, reach) as location:
        source = make_source(location, "all")
        first = run(app, source)
        assert (first.state, first.verdict, first.read) == (
            RunState.FINISHED, Verdict.VALID, 3,
        )  # fmt: skip
        assert prices() == {"1": 100_000, "2": 200_000, "3": 300_000}
        assert waiting_run(source) is None
        again = run(app, source)
    assert (again.verdict, again.read) == (Verdict.UNCHANGED, 3)


def test_files_of_changes_are_read_in_strict_order_run_by_run(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "z.xml", {1: 100_000, 2: 200_000}, at=1)
    put(folder, "y.xml", {1: 110_000}, at=2)
    put(folder, "x.xml", {1: 120_000}, at=3)
    with vendor(folder, reach) as location:
        source = make_source(location, "all", "delta")
        first = run(app, source)
        seen = [(first.read, first.files_left)]
        while following := waiting_run(source):
            assert following.trigger == Trigger.SCHEDULE
            done = run_here(following.id, app.config["OFFERDOCK"])
            seen.append((done.read, done.files_left))
        assert seen == [(2, 2), (1, 1), (1, 0)]
        assert prices() == {"1": 120_000, "2": 200_000}
        nothing_new = run(app, source)
        assert nothing_new.verdict == Verdict.UNCHANGED
        put(folder, "w.xml", {2: 210_000}, at=4)
        assert run(app, source).read == 1
    assert prices() == {"1": 120_000, "2": 210_000}


def test_a_broken_file_of_changes_holds_up_the_newer_ones(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "1.xml", {1: 100_000}, at=1)
    put(folder, "2.xml", {1: 110_000}, at=2)
    path = folder / "out" / "1.xml"
    path.write_text(path.read_text().removesuffix("</root>"))
    os.utime(path, (1_750_000_001, 1_750_000_001))
    with vendor(folder, reach) as location:
        source = make_source(location, "all", "delta")
        broken = run(app, source)
        assert broken.verdict == Verdict.INCOMPLETE
        assert waiting_run(source) is None
        put(folder, "1.xml", {1: 105_000}, at=1)
        assert run(app, source).files_left == 1
    assert prices() == {"1": 105_000}


def test_files_of_one_second_are_all_read_whatever_their_names(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "m.xml", {1: 100_000}, at=1)
    with vendor(folder, reach) as location:
        source = make_source(location, "all", "delta")
        assert run(app, source).read == 1
        put(folder, "a.xml", {1: 110_000}, at=1)
        assert run(app, source).read == 1
        assert run(app, source).verdict == Verdict.UNCHANGED
    assert prices() == {"1": 110_000}


def test_files_that_say_by_themselves_what_they_are_come_one_a_run(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "1.xml", {1: 100_000}, at=1)
    put(folder, "2.xml", {1: 110_000}, at=2)
    at = {"path": "kyero.extent", "snapshot": ["all"]}
    with vendor(folder, reach) as location:
        source = make_source(location, "all", semantics_at=at)
        first = run(app, source)
    assert (first.read, first.files_left) == (1, 1)


@pytest.mark.parametrize("content", ["PK\x03\x04 no archive", "<root><property><id>1</id>"])
def test_a_file_that_cannot_be_read_is_skipped_by_a_person(
    app: Flask, folder: Path, reach: Any, content: str
) -> None:
    put(folder, "1.xml", {1: 100_000}, at=1)
    put(folder, "2.xml", {1: 110_000}, at=2)
    path = folder / "out" / "1.xml"
    path.write_text(content)
    os.utime(path, (1_750_000_001, 1_750_000_001))
    with vendor(folder, reach) as location:
        source = make_source(location, "all", "delta")
        broken = run(app, source)
        agent = make_user(agency=db.session.get_one(Source, source).agency)
        assert broken.verdict == Verdict.INCOMPLETE
        following = skip_file(broken, agent)
        assert following is not None
        db.session.commit()
        with pytest.raises(NothingToDecide):
            skip_file(broken, agent)
        assert (broken.decision, broken.decided_by) == ("file_skipped", agent.id)
        assert run_here(following.id, app.config["OFFERDOCK"]).verdict == Verdict.VALID
    assert prices() == {"1": 110_000}


def test_a_file_of_an_address_that_was_left_is_not_skipped(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "1.xml", {1: 100_000}, at=1)
    (folder / "out" / "1.xml").write_text("<root><property>")
    with vendor(folder, reach) as location:
        id = make_source(location, "all", "delta")
        broken = run(app, id)
        source = db.session.get_one(Source, id)
        assert may_skip_file(broken, source)
        source.located_at = utc_now()
        db.session.commit()
        assert not may_skip_file(broken, source)


def test_the_names_of_the_files_are_kept_with_the_fetch(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "b.xml", {1: 100_000}, at=1)
    put(folder, "a.xml", {2: 200_000}, at=2)
    with vendor(folder, reach) as location:
        done = run(app, make_source(location, "all"))
    fetch, read = done.steps[0]["detail"], done.steps[1]["detail"]
    assert (fetch["files"], fetch["file_count"]) == (["b.xml", "a.xml"], 2)
    assert (read["container"], read["encoding"]) == ("xml", "UTF-8")


def test_the_first_key_of_an_sftp_server_is_kept_with_the_source(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "a.xml", {1: 100_000}, at=1)
    with running_sftp_server(folder) as host:
        reach(host)
        source = make_source(f"sftp://{host}/out/", "newest")
        assert run(app, source).verdict == Verdict.VALID
        kept = db.session.get_one(Source, source)
        assert kept.fetching["host_key"].startswith("ssh-ed25519 ")
    with running_sftp_server(folder) as other:
        reach(other)
        db.session.get_one(Source, source).location = f"sftp://{other}/out/"
        db.session.commit()
        refused = run(app, source)
        assert (refused.state, refused.error_code) == (RunState.FAILED, "host_key_changed")
        kept = db.session.get_one(Source, source)
        offered = kept.fetching["offered_key"]
        assert offered not in ("", kept.fetching["host_key"])
        assert not accept_offered_key(kept, kept.fetching["host_key"])
        assert accept_offered_key(kept, offered)
        db.session.commit()
        assert run(app, source).state == RunState.FINISHED
        assert db.session.get_one(Source, source).fetching == {"host_key": offered}


def test_the_key_of_an_address_that_was_left_meanwhile_is_not_kept(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "a.xml", {1: 100_000}, at=1)
    with running_sftp_server(folder) as host:
        reach(host)
        id = make_source(f"sftp://{host}/out/", "newest")
        db.session.get_one(Source, id).located_at = utc_now() + timedelta(hours=1)
        db.session.commit()
        run(app, id)
    assert db.session.get_one(Source, id).fetching == {"pick": "newest"}


def test_a_file_of_changes_whose_mark_was_lost_is_read_again_and_holds_nothing_up(
    app: Flask, folder: Path, reach: Any
) -> None:
    put(folder, "1.xml", {1: 100_000}, at=1)
    with vendor(folder, reach) as location:
        source = make_source(location, "all", "delta")
        run(app, source)
        db.session.get_one(Source, source).fetching = {"pick": "all"}
        db.session.commit()
        put(folder, "2.xml", {1: 110_000}, at=2)
        assert run(app, source).verdict == Verdict.VALID
        following = waiting_run(source)
        assert following is not None
        run_here(following.id, app.config["OFFERDOCK"])
    assert prices() == {"1": 110_000}

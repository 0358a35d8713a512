"""Workers that stop in the middle, for the sweeper to find, and queues that went away."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from pipeline_steps import sql
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from jobs import tasks
from jobs.claim_jobs import claim_jobs
from webapp.extensions import db

LEASE = 60


def die_holding(ids: list[int], *, alone: bool = False) -> None:
    """A worker takes the jobs up and is never heard of again; its lease runs out."""
    assert len(claim_jobs(ids, LEASE, alone=alone)) == len(ids)
    sql("UPDATE offer_jobs SET lease_until = now() - interval '1 s' WHERE state = 'running'")


def die_reading(run_id: int, *, behind: int) -> None:
    """The database goes away under the reading worker once `behind` records are staged."""
    failing = database_failing("offer_jobs", f"NEW.position > {behind}", "57P01")
    with failing, pytest.raises(psycopg.OperationalError):
        tasks.import_run(run_id)
    db.session.remove()
    sql("UPDATE runs SET lease_until = now() - interval '1 s' WHERE id = :id", id=run_id)


@contextmanager
def database_failing(table: str, condition: str, sqlstate: str) -> Iterator[None]:
    """While it lasts, inserting such rows fails as it does when the server is in trouble."""
    sql(f"""
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF {condition} THEN RAISE EXCEPTION 'in trouble' USING ERRCODE = '{sqlstate}'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER fail BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail()
    """)
    try:
        yield
    finally:
        db.session.rollback()
        sql(f"DROP TRIGGER fail ON {table}; DROP FUNCTION fail")


def absent_valkey() -> Redis:
    """A connection to a Valkey that isn't there."""
    return Redis(unix_socket_path="/nonexistent/valkey.sock", retry=Retry(NoBackoff(), 0))


def pass_time(seconds: int) -> None:
    """Everything waiting in the database has waited that much longer."""
    sql(
        "UPDATE offer_jobs SET created_at = created_at - make_interval(secs => :s),"
        " due_at = due_at - make_interval(secs => :s),"
        " lease_until = lease_until - make_interval(secs => :s)",
        s=seconds,
    )
    sql(
        "UPDATE runs SET created_at = created_at - make_interval(secs => :s),"
        " due_at = due_at - make_interval(secs => :s),"
        " lease_until = lease_until - make_interval(secs => :s)",
        s=seconds,
    )

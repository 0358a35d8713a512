"""Settings and engines that are wrong end every command in a sentence, never in a traceback."""

from pathlib import Path

import pytest
from cli_answers import Flasks
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short: use at least 32 random characters."),
        (
            {"DATABASE_URL": "mysql://localhost/offers"},
            "DATABASE_URL must start with postgresql:// (PostgreSQL is the only database).",
        ),
        ({"TURN_SIZE": "many"}, "TURN_SIZE is 'many'; it must be a whole number of 1 or more."),
    ],
)
def test_a_wrong_setting_is_named(
    flask: Flasks, environment: dict[str, str], sentence: str
) -> None:
    assert flask("runs", "--source", "any", **environment).refusal == sentence


def test_a_database_that_is_away_is_named(flask: Flasks) -> None:
    away = "postgresql://postgres@127.0.0.1:1/offers"
    refusal = flask("runs", "--source", "any", DATABASE_URL=away).refusal
    assert refusal.startswith("PostgreSQL can't do it: connection")


def test_a_database_without_the_tables_says_how_to_make_them(
    flask: Flasks, engines: dict[str, str], session: scoped_session[Session]
) -> None:
    session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    session.execute(text("DROP DATABASE IF EXISTS bare"))
    session.execute(text("CREATE DATABASE bare"))
    session.rollback()
    bare = engines["DATABASE_URL"].replace("/postgres?", "/bare?")
    assert flask("runs", "--source", "any", DATABASE_URL=bare).refusal.endswith(
        "Run `flask db upgrade` first."
    )


def test_engines_that_cannot_be_started_say_why(flask: Flasks, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    answer = flask(
        "runs", "--source", "any", OFFERDOCK_DATA=str(in_the_way / "data"), DATABASE_URL=""
    )
    assert answer.refusal.startswith("The embedded engines can't be started: ")
    assert answer.refusal.endswith("Set DATABASE_URL and REDIS_URL to use your own.")


def test_a_port_that_makes_no_sense_is_refused(flask: Flasks) -> None:
    assert (
        flask("up", PORT="http").refusal == "PORT is 'http'; it must be a number from 1 to 65535."
    )

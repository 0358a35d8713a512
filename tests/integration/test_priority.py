"""What a worker that stands back lowers, seen from a process that does so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.priority import NICENESS

REPOSITORY = Path(__file__).parents[2]
PROGRAM = """
import os
from pathlib import Path
from sqlalchemy import text
from jobs.priority import stand_back
from webapp import create_app
from webapp.config import Config
from webapp.extensions import db

def priority_of(pid):
    session = Path(f"/proc/{pid}/autogroup")
    weight = session.read_text() if session.exists() else ""
    return os.getpriority(os.PRIO_PROCESS, pid), weight.split()[-1] if weight else "none"

with create_app(Config.from_env(os.environ)).app_context():
    stand_back()
    print(*priority_of(os.getpid()))
    print(*priority_of(db.session.scalar(text("SELECT pg_backend_pid()"))))
"""
AUTOGROUP = Path("/proc/self/autogroup")
NICER = str(min(19, os.nice(0) + NICENESS))
# Also in what was started before Linux weighed sessions, the file is there and says nothing.
weighs_sessions = pytest.mark.skipif(not AUTOGROUP.exists(), reason="Sessions have no weight here.")


def lowered(engines: dict[str, str], *, own_session: bool = True) -> list[tuple[str, str]]:
    """Niceness and session weight of a process that stood back, and of its server process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=REPOSITORY, env={**os.environ, **engines},
        capture_output=True, text=True, check=True, start_new_session=own_session,
    )  # fmt: skip
    worker, server = (line.split() for line in done.stdout.splitlines())
    return [(worker[0], worker[1]), (server[0], server[1])]


def test_a_worker_that_stands_back_is_nicer_than_what_started_it(engines: dict[str, str]) -> None:
    worker, _ = lowered(engines)
    assert worker[0] == NICER


@weighs_sessions
def test_the_session_of_a_worker_is_lowered_with_it(engines: dict[str, str]) -> None:
    worker, _ = lowered(engines)
    assert worker[1] == str(NICENESS)


@weighs_sessions
def test_a_session_that_is_not_the_workers_own_stays_as_it_is(engines: dict[str, str]) -> None:
    worker, _ = lowered(engines, own_session=False)
    assert worker[1] == (AUTOGROUP.read_text().split() or ["none"])[-1]


@weighs_sessions
def test_a_server_process_on_this_machine_is_lowered_with_the_worker(
    engines: dict[str, str],
) -> None:
    if "host=/" not in engines["DATABASE_URL"]:
        pytest.skip("This PostgreSQL isn't reached through a socket file.")
    _, server = lowered(engines)
    assert server[1] == str(NICENESS)

import os
import subprocess
import sys

import pytest

from jobs.priority import AUTOGROUP, NICENESS

PROGRAM = """
import os
from jobs.priority import AUTOGROUP, stand_back
stand_back()
print(os.nice(0))
print(AUTOGROUP.read_text().split()[-1] if AUTOGROUP.exists() else "none")
"""


def lowered(*, own_session: bool) -> list[str]:
    """Niceness of a process that stood back, and of its session."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True,
        start_new_session=own_session,
    )  # fmt: skip
    return done.stdout.split()


def test_a_worker_that_stands_back_is_nicer_than_what_started_it() -> None:
    assert lowered(own_session=True)[0] == str(min(19, os.nice(0) + NICENESS))


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="This system doesn't weigh sessions.")
def test_the_session_of_a_worker_is_lowered_with_it() -> None:
    assert lowered(own_session=True)[1] == str(NICENESS)


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="This system doesn't weigh sessions.")
def test_a_session_that_is_not_the_workers_own_stays_as_it_is() -> None:
    assert lowered(own_session=False)[1] == AUTOGROUP.read_text().split()[-1]

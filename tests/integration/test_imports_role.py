"""The imports role: its processes stand and fall together, whatever ends them."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from webapp.config import REPOSITORY

SECONDS = 30


@pytest.fixture
def imports(engines: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "worker.py", "imports"],
        cwd=REPOSITORY,
        env=engines | {"PATH": "/usr/bin:/bin", "IMPORT_PROCESSES": "2"},
    )
    yield process
    process.kill()
    process.wait()


def working_children(process: subprocess.Popen[bytes], count: int) -> list[psutil.Process]:
    """The children, once there are `count` of them that ran a little."""
    parent = psutil.Process(process.pid)
    for _ in range(SECONDS * 10):
        children = parent.children()
        if len(children) == count:
            return children
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.1)
    raise AssertionError(f"There are not {count} children.")


def test_a_killed_import_process_is_replaced(imports: subprocess.Popen[bytes]) -> None:
    first, second = working_children(imports, 2)
    first.kill()
    first.wait(SECONDS)
    assert second in working_children(imports, 2)


def test_import_processes_end_with_their_killed_parent(imports: subprocess.Popen[bytes]) -> None:
    children = working_children(imports, 2)
    imports.kill()
    gone, alive = psutil.wait_procs(children, SECONDS)
    assert (len(gone), alive) == (2, [])


def test_a_signal_to_stop_reaches_every_process(imports: subprocess.Popen[bytes]) -> None:
    children = working_children(imports, 2)
    imports.send_signal(signal.SIGTERM)
    assert imports.wait(SECONDS) == 0
    assert psutil.wait_procs(children, SECONDS)[1] == []

"""`flask up`: everything on one machine, from nothing to a living dashboard, and stopped again."""

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from cli_answers import Answer

REPOSITORY = Path(__file__).parents[3]
START_SECONDS = 60
LIVELY_SECONDS = 60
STOP_SECONDS = 20


class Up:
    """A running `flask up` and what it prints."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "up"],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # Shown when the test fails.
            print(line, end="")
            self.lines.put(line)

    def wait_for(self, words: str, seconds: float) -> str:
        """Everything printed up to the line with these words."""
        end, seen = time.monotonic() + seconds, ""
        while words not in seen:
            try:
                seen += self.lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"{words!r} was not printed:\n{seen}")
        return seen

    def flask(self, *arguments: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def child(self, words: str) -> psutil.Process:
        [found] = [
            one
            for one in psutil.Process(self.process.pid).children()
            if words in " ".join(one.cmdline())
        ]
        return found

    def stop(self, number: signal.Signals) -> int:
        """Its exit code; everything it had started is gone then."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS)
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        _, left = psutil.wait_procs(children, timeout=1)
        # What was orphaned and killed is dead, though nobody may have asked for its exit code yet.
        assert [one for one in left if has_life(one)] == []
        return code


def has_life(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Nothing but a folder for data and a free port."""
    folder = Path(tempfile.mkdtemp(prefix="offerdock-up-", dir="/tmp"))
    # The embedded PostgreSQL has a user of its own where the tests run as root.
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    yield {**kept, "OFFERDOCK_DATA": str(folder), "SPOOL_DIR": str(folder / "spool"), "PORT": port}
    shutil.rmtree(folder, ignore_errors=True)


def finished_runs(up: Up, source: str) -> list[dict[str, object]]:
    runs = up.flask("runs", "--source", source, "--json").json["runs"]
    return [run for run in runs if run["state"] == "finished"]


def test_everything_comes_up_lives_survives_a_kill_and_stops(
    environment: dict[str, str],
) -> None:
    up = Up(environment)
    try:
        banner = up.wait_for("Ctrl-C stops it.", START_SECONDS)
        address = re.findall(r"Offerdock: (\S+)", banner)[0]
        assert address == f"http://127.0.0.1:{environment['PORT']}"
        assert "admin@offerdock.example" in banner
        with urlopen(f"{address}/login") as page:
            assert page.status == 200

        end = time.monotonic() + LIVELY_SECONDS
        while not finished_runs(up, "costa-clara"):
            assert time.monotonic() < end, up.flask("runs", "--source", "costa-clara", "--json")
        assert finished_runs(up, "costa-clara")[-1]["created"] == 133

        second = subprocess.run(
            [sys.executable, "-m", "flask", "up"], cwd=REPOSITORY, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == 1, second.stderr
        assert second.stderr.startswith(f"Port {environment['PORT']} is taken by another program.")

        up.child("worker.py offers").kill()
        up.wait_for("ended (killed by SIGKILL); starting again", 10)
    finally:
        assert up.stop(signal.SIGINT) == 0
    up.wait_for("Stopped. The data is kept.", 1)

    again = Up(environment)
    try:
        again.wait_for("Ctrl-C stops it.", START_SECONDS)
        assert finished_runs(again, "costa-clara")[-1]["created"] == 133
    finally:
        assert again.stop(signal.SIGTERM) == 0
    assert not list(Path(environment["OFFERDOCK_DATA"]).glob("postgres/data/postmaster.pid"))

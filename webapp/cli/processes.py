"""Keeps the processes of `flask up` going: shows what they say, starts again what dies, and stops
all of them together."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from string import Template
from threading import Thread
from typing import IO

from webapp.config import REPOSITORY

# What a process has to finish its work after it was told to stop; the rest is taken up next time.
GRACE_SECONDS = 10
PAUSE_SECONDS = 1.0


def commands_of(procfile: Path, env: Mapping[str, str]) -> dict[str, list[str]]:
    """Name to command, of lines like `tick: python worker.py tick`, with $VARIABLES filled in."""
    lines = [line.partition(":") for line in procfile.read_text().splitlines() if ":" in line]
    return {name: shlex.split(Template(words).substitute(env)) for name, _, words in lines}


class Processes:
    """Each in a session of its own: Ctrl-C reaches this process alone, which then stops them."""

    def __init__(self, commands: Mapping[str, list[str]], env: Mapping[str, str]) -> None:
        self._commands = commands
        self._env = env
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._due: dict[str, float] = {}
        self._width = max(map(len, commands))

    def start(self) -> None:
        for name in self._commands:
            self._start(name)

    def restart_dead(self) -> None:
        """Whatever ended by itself or was killed starts again after a pause."""
        for name, process in self._running.items():
            if process.poll() is None:
                continue
            if name not in self._due:
                self._due[name] = time.monotonic() + PAUSE_SECONDS
                self._say(name, f"ended ({_how(process.returncode)}); starting again")
                _kill_session(process)
            elif time.monotonic() >= self._due[name]:
                del self._due[name]
                self._start(name)

    def stop(self) -> None:
        alive = [process for process in self._running.values() if process.poll() is None]
        for process in alive:
            process.terminate()
        end = time.monotonic() + GRACE_SECONDS
        for process in alive:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            _kill_session(process)

    def _start(self, name: str) -> None:
        process = subprocess.Popen(
            self._commands[name], cwd=REPOSITORY, env=self._env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            start_new_session=True,
        )  # fmt: skip
        self._running[name] = process
        Thread(target=self._show, args=(name, process.stdout), daemon=True).start()

    def _show(self, name: str, output: IO[str]) -> None:
        for line in output:
            self._say(name, line.rstrip("\n"))

    def _say(self, name: str, words: str) -> None:
        sys.stdout.write(f"{name:<{self._width}} | {words}\n")
        sys.stdout.flush()


def _how(returncode: int) -> str:
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


def _kill_session(process: subprocess.Popen[str]) -> None:
    """Also what the process has forked and left behind; right after its end, because numbers of
    processes are given out anew."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)

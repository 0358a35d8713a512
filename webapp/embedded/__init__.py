"""PostgreSQL and Valkey from pip wheels, started when no address of a real one is set.

Every process that uses them holds a shared lock; the last one to leave stops them. A process
that is killed loses its lock with its life, so nothing is counted and nothing goes stale.
"""

import atexit
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import SubprocessError

from cryptography.fernet import Fernet
from redis.exceptions import RedisError

from webapp.config import REPOSITORY, ConfigError
from webapp.embedded import postgres, valkey


class EnginesUnavailable(ConfigError):
    """The embedded engines can't be started; the message says what they said."""


ENGINE_FOLDERS = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}


def environment_with_engines(env: Mapping[str, str]) -> dict[str, str]:
    """The environment completed with the addresses of embedded engines and with kept secrets.

    Only what is unset is added. The engines run until the last process that asked for them ends.

    :raise EnginesUnavailable: with the reason in a sentence.
    """
    completed = dict(env)
    starts = {"DATABASE_URL": postgres.start, "REDIS_URL": valkey.start}
    missing = [name for name in starts if not is_set(env, name)]
    if not missing:
        return completed
    try:
        folder = data_folder(env)
        with FileLock(folder / "start.lock", fcntl.LOCK_EX):
            _hold(folder)
            for name in missing:
                completed[name] = starts[name](folder / ENGINE_FOLDERS[name])
            for name, value in _kept_secrets(folder).items():
                completed.setdefault(name, value)
    except (OSError, RuntimeError, RedisError, SubprocessError) as error:
        reason = str(error).partition("\n")[0].removesuffix(".")
        raise EnginesUnavailable(
            f"The embedded engines can't be started: {reason}. "
            "Set DATABASE_URL and REDIS_URL to use your own."
        ) from error
    return completed


def is_set(env: Mapping[str, str], name: str) -> bool:
    """Whether the variable is there itself or, as container secrets are, by way of a file."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def data_folder(env: Mapping[str, str]) -> Path:
    """Where the engines keep their data: `var/` of the checkout.

    PostgreSQL refuses to run as root and is given another user then, who can't enter a home
    folder: root's data lies under /var/lib, one folder for each checkout.
    """
    if chosen := env.get("OFFERDOCK_DATA"):
        folder = Path(chosen)
    elif os.geteuid() == 0:
        checkout = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:10]
        folder = Path("/var/lib/offerdock") / checkout
    else:
        folder = REPOSITORY / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _hold(folder: Path) -> None:
    """Take this process's share in the engines and arrange for giving it back at its end."""
    share = FileLock(folder / "engines.lock", fcntl.LOCK_SH)
    owner = os.getpid()

    def leave() -> None:
        # Forked children inherit this callback, but not the duty.
        if os.getpid() != owner:
            return
        share.close()
        stop_if_unused(folder)

    atexit.register(leave)


def stop_if_unused(folder: Path) -> None:
    try:
        with FileLock(folder / "engines.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            valkey.stop(folder / "valkey")
            postgres.stop(folder / "postgres")
    except (BlockingIOError, FileNotFoundError):
        pass


class FileLock:
    """A file lock that ends with the process, whatever ends the process."""

    def __init__(self, path: Path, kind: int) -> None:
        self._file = path.open("a")
        try:
            fcntl.flock(self._file, kind)
        except (BlockingIOError, FileNotFoundError):
            self._file.close()
            raise

    def __enter__(self) -> "FileLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()


def _kept_secrets(folder: Path) -> dict[str, str]:
    """Keys made once and kept beside the data they protect, readable by their owner alone."""
    made: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(48),
        "ENCRYPTION_KEY": lambda: Fernet.generate_key().decode(),
    }
    values = {}
    for name, make in made.items():
        path = folder / name.lower()
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(make())
        values[name] = path.read_text()
    return values

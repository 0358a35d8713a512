"""Pages come first: the workers that carry the bulk stand back where all share one machine."""

import os
import time
from pathlib import Path

# A fifth of the weight of a process that serves pages, while both want the processor.
NICENESS = 7
AUTOGROUP = Path("/proc/self/autogroup")
ATTEMPTS = 5
PAUSE_SECONDS = 0.15


def stand_back() -> None:
    """Lower the priority of this process and of all that it forks."""
    os.nice(NICENESS)
    # Another session's processes, such as a terminal's, are not ours to slow down.
    if os.getsid(0) == os.getpid():
        _lower_session()


def _lower_session() -> None:
    """Where Linux shares the processor among sessions, niceness counts within one (sched(7))."""
    for _ in range(ATTEMPTS):
        try:
            AUTOGROUP.write_text(str(NICENESS))
        except BlockingIOError:
            # The kernel lets one such change through in a tenth of a second.
            time.sleep(PAUSE_SECONDS)
        except OSError:
            return
        else:
            return

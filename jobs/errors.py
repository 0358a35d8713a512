"""What can go wrong with a whole run; the worker decides by the class what happens next.

    PipelineError
    ├── TransientError   the way was blocked: tried again by itself, later and less often
    └── PermanentError   trying again changes nothing: the run fails and a person is told

A bad offer is neither: it becomes problems, which are data.
"""


class PipelineError(Exception):
    """One refusal: what happened (`message`), where (`place`), and what to do about it (`hint`)."""

    def __init__(self, code: str, message: str, hint: str, *, place: str = "") -> None:
        super().__init__(code, message, hint, place)
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place
        # Of several files that are read in order: the one that it is about.
        self.file_mark: str | None = None
        # What a server showed instead of the key or certificate that is known of it.
        self.offered_key: str | None = None
        # What came instead of a feed, as far as anything did: for whoever tries an address.
        self.head = b""
        self.http_status: int | None = None
        self.content_type: str | None = None

    def __str__(self) -> str:
        where = f" ({self.place})" if self.place else ""
        return f"{self.message}{where} {self.hint}".strip()


class TransientError(PipelineError):
    """The network or the vendor's server failed; the same attempt may work later."""


class PermanentError(PipelineError):
    """The file, the address or the access is wrong; somebody has to change something."""

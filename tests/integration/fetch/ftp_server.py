"""A vendor's FTP server, real but on 127.0.0.1: plain, or with TLS from the start or on demand."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    # It stands on asyncore, which Python 3.11 calls deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]
    from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler  # type: ignore[import-untyped]
    from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]

__all__ = ["PASSWORD", "USER", "FTPHandler", "running_ftp_server"]

USER, PASSWORD = "harbour", "s3cr3t-value"


class _ImplicitTls(TLS_FTPHandler):  # type: ignore[misc]
    def handle(self) -> None:
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self) -> None:
        FTPHandler.handle(self)


@contextmanager
def running_ftp_server(
    folder: Path, *, certificate: Path | None = None, implicit: bool = False, **handler: Any
) -> Iterator[str]:
    """host:port; `handler` overrides attributes of pyftpdlib's handler."""
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(folder), perm="elr")
    base = FTPHandler if certificate is None else _ImplicitTls if implicit else TLS_FTPHandler
    attributes: dict[str, Any] = {"authorizer": authorizer, **handler}
    if certificate is not None:
        attributes |= {"certfile": str(certificate), "ssl_context": None}
        attributes |= {} if implicit else {"tls_control_required": True, "tls_data_required": True}
    server = FTPServer(("127.0.0.1", 0), type("Handler", (base,), attributes))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            server.serve_forever(timeout=0.02, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{server.address[1]}"
    finally:
        stopping.set()
        thread.join()

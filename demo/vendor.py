"""Run the demo vendor: `python -m demo.vendor --port 8087`, or running_vendor() in a test."""

import argparse
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType

from demo.handler import VendorServer


@contextmanager
def vendor_server(host: str, port: int) -> Iterator[VendorServer]:
    """A listening server with a folder for its feeds that goes away with it."""
    with (
        tempfile.TemporaryDirectory(prefix="demo-vendor-", ignore_cleanup_errors=True) as folder,
        VendorServer(host, port, Path(folder)) as server,
    ):
        yield server


@contextmanager
def running_vendor(port: int = 0) -> Iterator[str]:
    """Serve from a thread of this process; gives the base URL, such as http://127.0.0.1:8087."""
    with vendor_server("127.0.0.1", port) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.vendor", description=__doc__)
    parser.add_argument("--port", type=int, default=8087)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    with vendor_server(options.host, options.port) as server:
        print(f"Demo vendor: http://{options.host}:{server.server_port}/", flush=True)
        server.serve_forever()


def _stop(signal_number: int, frame: FrameType | None) -> None:
    # Leaving by an exception clears the folder of feeds away.
    sys.exit(0)


if __name__ == "__main__":
    main()

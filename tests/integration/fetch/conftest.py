"""Vendors' servers that a test may start; all are stopped when it ends."""

import threading
from collections.abc import Callable, Iterator

import pytest
from vendor_server import Vendor


@pytest.fixture
def start_vendor() -> Iterator[Callable[[], Vendor]]:
    started: list[tuple[Vendor, threading.Thread]] = []

    def start() -> Vendor:
        vendor = Vendor()
        thread = threading.Thread(target=vendor.server.serve_forever, args=(0.01,))
        thread.start()
        started.append((vendor, thread))
        return vendor

    yield start
    for vendor, thread in started:
        vendor.stopping.set()
        vendor.server.shutdown()
        vendor.server.server_close()
        thread.join()


@pytest.fixture
def vendor(start_vendor: Callable[[], Vendor]) -> Vendor:
    return start_vendor()

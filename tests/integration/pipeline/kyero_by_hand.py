"""Kyero feeds written by a test: each record says exactly what the test is about."""

from collections.abc import Iterable
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<root>
<kyero><feed_version>3</feed_version></kyero>
"""


def record(
    external_id: str | None, *, price: int | str = 250_000, town: str = "Altea", more: str = ""
) -> str:
    """One property; without an id and reference when `external_id` is None."""
    identity = "" if external_id is None else f"<id>{external_id}</id><ref>R-{external_id}</ref>"
    return (
        f"<property>{identity}<date>2026-05-04 10:00:00</date><price>{price}</price>"
        "<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type>"
        f"<town>{town}</town><province>Alicante</province><country>spain</country>"
        f"<beds>3</beds><desc><en>A bright villa above the bay.</en></desc>{more}</property>\n"
    )


def records(count: int, **changed: str) -> list[str]:
    """Records H1 … H<count>; `changed` gives some of them (by id) another town."""
    ids = [f"H{number}" for number in range(1, count + 1)]
    return [record(one, town=changed.get(one, "Altea")) for one in ids]


def feed(written: Iterable[str], *, version: str = "") -> str:
    """A whole document; another `version` is another content with the same records."""
    return f"{HEAD}<!-- {version} -->\n{''.join(written)}</root>\n"


class FeedFile:
    """A feed in a file that a source reads, rewritten between runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feed.xml"
        self._versions = 0

    def write(self, written: Iterable[str]) -> Path:
        """The same records written twice are two different contents."""
        self._versions += 1
        return self.write_text(feed(written, version=f"export {self._versions}"))

    def write_text(self, text: str) -> Path:
        self.path.write_text(text)
        return self.path

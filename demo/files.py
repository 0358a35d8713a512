"""Feed files made once and kept while they are asked for, so that serving one costs no CPU."""

import gzip
import hashlib
import shutil
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple

from demo.kyero import write_feed
from demo.modes import Mode
from demo.offers import Feed

KEPT_BYTES = 1_500_000_000


class Version(NamedTuple):
    """One content of a feed: equal offers have equal versions."""

    feed: Feed
    duplicates: bool
    gzipped: bool

    @property
    def name(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


def version_of(feed: Feed, mode: Mode) -> Version:
    """What a mode makes of the feed; a feed that never changes has the same version for ever."""
    gone = min(feed.gone, feed.offers)
    if mode is Mode.HALF:
        gone += (feed.offers - gone) // 2
    elif mode is Mode.ONE_GONE:
        gone = min(gone + 1, feed.offers)
    moves = feed.changed or feed.churn
    generation = feed.generation if moves else 0
    return Version(
        replace(feed, gone=gone, generation=generation),
        duplicates=mode is Mode.DUPLICATES,
        gzipped=mode is Mode.GZIP,
    )


class FeedFile(NamedTuple):
    file: BinaryIO
    size: int
    etag: str


class _Kept(NamedTuple):
    size: int
    etag: str


class FeedFiles:
    """Makes each version once, also when several requests ask for it at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = Lock()
        self._making: dict[str, Lock] = {}
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def open(self, version: Version) -> FeedFile:
        name = version.name
        with self._guard:
            making = self._making.setdefault(name, Lock())
        with making:
            found = self._open_kept(name)
            if found is not None:
                return found
            etag = self._make(version, self._folder / name)
            with self._guard:
                self._kept[name] = _Kept((self._folder / name).stat().st_size, etag)
                self._forget_the_oldest()
                return self._opened(name)

    def _open_kept(self, name: str) -> FeedFile | None:
        with self._guard:
            if name not in self._kept:
                return None
            self._kept.move_to_end(name)
            return self._opened(name)

    def _opened(self, name: str) -> FeedFile:
        kept = self._kept[name]
        return FeedFile((self._folder / name).open("rb"), kept.size, kept.etag)

    def _forget_the_oldest(self) -> None:
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > KEPT_BYTES:
            name, _ = self._kept.popitem(last=False)
            # Whoever is sending it has it open and reads on.
            (self._folder / name).unlink()

    def _make(self, version: Version, path: Path) -> str:
        if not version.gzipped:
            return f'"{write_feed(path, version.feed, duplicates=version.duplicates)[:32]}"'
        plain = self.open(version._replace(gzipped=False))
        with plain.file, path.open("wb") as packed, _packing(packed) as target:
            shutil.copyfileobj(plain.file, target, 1 << 20)
        return f'{plain.etag[:-1]}-gzip"'


def _packing(target: BinaryIO) -> gzip.GzipFile:
    # Without a time and a name inside, equal feeds give equal bytes.
    return gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=target, mtime=0)

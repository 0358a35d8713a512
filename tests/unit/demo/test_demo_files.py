"""Kept feed files: made once, the same for the same content, dropped when there are too many."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demo import files
from demo.files import FeedFiles, version_of
from demo.modes import Mode
from demo.offers import Feed


def test_a_feed_that_never_changes_has_one_version() -> None:
    assert version_of(Feed(generation=8), Mode.NORMAL) == version_of(Feed(), Mode.NORMAL)


def test_each_generation_of_a_changing_feed_is_a_version() -> None:
    one, two = Feed(changed=0.1, generation=1), Feed(changed=0.1, generation=2)
    assert version_of(one, Mode.NORMAL) != version_of(two, Mode.NORMAL)


@pytest.mark.parametrize(
    ("mode", "offers", "gone", "left_out"),
    [
        (Mode.HALF, 133, 0, 66),
        (Mode.HALF, 100, 20, 60),
        (Mode.ONE_GONE, 133, 0, 1),
        (Mode.ONE_GONE, 0, 0, 0),
        (Mode.NORMAL, 133, 5, 5),
        (Mode.NORMAL, 3, 5, 3),
    ],
)
def test_modes_leave_out_offers(mode: Mode, offers: int, gone: int, left_out: int) -> None:
    assert version_of(Feed(offers=offers, gone=gone), mode).feed.gone == left_out


def test_many_asking_at_once_get_one_file(tmp_path: Path) -> None:
    kept = FeedFiles(tmp_path)
    version = version_of(Feed(offers=2000), Mode.NORMAL)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(kept.open, [version] * 8))
    assert len({feed_file.etag for feed_file in found}) == 1
    assert len(list(tmp_path.iterdir())) == 1
    for feed_file in found:
        assert len(feed_file.file.read()) == feed_file.size
        feed_file.file.close()


def test_a_packed_feed_unpacks_to_the_plain_one_under_another_tag(tmp_path: Path) -> None:
    kept = FeedFiles(tmp_path)
    plain = kept.open(version_of(Feed(), Mode.NORMAL))
    packed = kept.open(version_of(Feed(), Mode.GZIP))
    with plain.file, packed.file:
        assert gzip.decompress(packed.file.read()) == plain.file.read()
    assert packed.etag != plain.etag


def test_the_oldest_go_when_there_are_too_many_and_open_ones_read_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "KEPT_BYTES", 100_000)
    kept = FeedFiles(tmp_path)
    first = kept.open(version_of(Feed(offers=30), Mode.NORMAL))
    second = kept.open(version_of(Feed(offers=31), Mode.NORMAL))
    with first.file, second.file:
        assert len(list(tmp_path.iterdir())) == 1
        assert len(first.file.read()) == first.size
    again = kept.open(version_of(Feed(offers=30), Mode.NORMAL))
    with again.file:
        assert again.etag == first.etag

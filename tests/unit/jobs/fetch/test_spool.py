"""The file that a feed is spooled into: whole, bounded, and unpacked."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.spool import spool_to_file, unpacked, unpacked_if_gzip

TEXT = b"<root>" + bytes(range(256)) * 400 + b"</root>"


def pieces(body: bytes, size: int = 1000) -> Iterator[bytes]:
    return (body[i : i + size] for i in range(0, len(body), size))


def test_the_file_holds_what_arrived_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spooled = spool_to_file(pieces(TEXT), path, 10**6, "p")
    assert path.read_bytes() == TEXT
    assert spooled == (len(TEXT), hashlib.sha256(TEXT).hexdigest())


def test_more_than_allowed_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    with pytest.raises(PermanentError) as refused:
        spool_to_file(pieces(TEXT), path, 5000, "p")
    assert refused.value.code == "too_large"
    assert not path.exists()


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_gzip_is_known_by_its_first_bytes_however_it_is_cut(size: int) -> None:
    packed = gzip.compress(TEXT)
    assert b"".join(unpacked_if_gzip(pieces(packed, size), 200, "p")) == TEXT
    assert b"".join(unpacked_if_gzip(pieces(TEXT, size), 200, "p")) == TEXT


@pytest.mark.parametrize("body", [b"", b"x", b"\x1f"])
def test_bodies_too_short_to_be_gzip_pass(body: bytes) -> None:
    assert b"".join(unpacked_if_gzip(pieces(body), 200, "p")) == body


@pytest.mark.parametrize("size", [1, 100_000])
def test_members_in_a_row_and_padding_make_one_file(size: int) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 50
    assert b"".join(unpacked(pieces(packed, size), 200, "p")) == b"one two"


@pytest.mark.parametrize(
    ("body", "fate", "code"),
    [
        (gzip.compress(TEXT)[:-9], TransientError, "truncated"),
        (b"", TransientError, "truncated"),
        (gzip.compress(TEXT)[:300] + b"?" * 300, PermanentError, "damaged_gzip"),
        (b"plain text", PermanentError, "damaged_gzip"),
        (gzip.compress(b"\0" * 40_000_000), PermanentError, "gzip_bomb"),
    ],
)
def test_bad_gzip_is_refused(body: bytes, fate: type[PipelineError], code: str) -> None:
    with pytest.raises(fate) as refused:
        for piece in unpacked(pieces(body), 200, "p"):
            assert len(piece) <= 1_048_576
    assert refused.value.code == code


def test_a_small_file_may_pack_as_well_as_it_likes() -> None:
    packed = gzip.compress(b" " * 10_000_000)
    assert sum(map(len, unpacked(pieces(packed), 200, "p"))) == 10_000_000

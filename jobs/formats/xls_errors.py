"""Which cells of an old .xls file hold errors: read out of its records (Excel binary format, in a
compound file)."""

import struct
from collections.abc import Iterator
from pathlib import Path

from jobs.formats.error_cell import ErrorCell, place_of

# Of the file, as it is held whole.
_MOST_BYTES = 50_000_000
_END_OF_CHAIN = 0xFFFFFFFA
_BOUNDSHEET, _BOOLERR, _FORMULA, _BOF, _EOF = 0x85, 0x205, 0x06, 0x809, 0x0A
_STREAMS = ("Workbook", "Book")
_SAID = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def xls_errors(path: Path, sheet: str) -> Iterator[ErrorCell]:
    """:raise struct.error, IndexError: the file is not whole"""
    if path.stat().st_size > _MOST_BYTES:
        return
    stream = _workbook_stream(path.read_bytes())
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET and _name_of(body) == sheet:
            yield from _errors_at(stream, struct.unpack_from("<I", body)[0])
            return


def _errors_at(stream: bytes, start: int) -> Iterator[ErrorCell]:
    for kind, body in _records(stream, start):
        if kind == _BOOLERR and body[7]:
            code = body[6]
        elif kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
            code = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        said = _SAID.get(code, "#ERROR")
        yield ErrorCell(row + 1, place_of(row + 1, column + 1), said)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Those of one part of the stream; parts within it, such as charts, are left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += {_BOF: 1, _EOF: -1}.get(kind, 0)
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _name_of(body: bytes) -> str:
    length, flags = body[6], body[7]
    if flags & 1:
        return body[8 : 8 + 2 * length].decode("utf-16-le", "replace")
    return body[8 : 8 + length].decode("latin-1")


def _workbook_stream(data: bytes) -> bytes:
    sector_bytes = 1 << struct.unpack_from("<H", data, 30)[0]
    fat_count, directory, smallest, more = struct.unpack_from("<II4xI8xI", data, 44)

    def sector(number: int) -> bytes:
        return data[(number + 1) * sector_bytes : (number + 2) * sector_bytes]

    numbers = list(struct.unpack_from("<109I", data, 76))
    while more < _END_OF_CHAIN and len(numbers) < fat_count:
        *listed, more = struct.unpack(f"<{sector_bytes // 4}I", sector(more))
        numbers += listed
    fat: list[int] = []
    for number in numbers[:fat_count]:
        fat += struct.unpack(f"<{sector_bytes // 4}I", sector(number))

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < _END_OF_CHAIN and len(parts) <= len(fat):
            parts.append(sector(number))
            number = fat[number]
        return b"".join(parts)

    entries = chain(directory)
    for at in range(0, len(entries), 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entries, at + 116)
        # Smaller ones lie elsewhere; no sheet with rows is that small.
        if name in _STREAMS and size >= smallest:
            return chain(start)[:size]
    return b""

"""The text of a file piece by piece, whatever ends its lines."""

from collections.abc import Iterator

from jobs.formats.decoded import DecodedText


def text_pieces(decoded: DecodedText) -> Iterator[str]:
    """Lines end with "\\n" alone; without NULs, and without the mark of the encoding."""
    piece = decoded.read().removeprefix("\ufeff")
    half = ""
    while piece:
        text = half + piece.replace("\0", "")
        # A "\r" at the end may be the first half of a line's end.
        half = "\r" if text.endswith("\r") else ""
        yield text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        piece = decoded.read()
    if half:
        yield "\n"

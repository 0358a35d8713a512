"""A form in parts (multipart/form-data), as PHP's curl sends an array and browsers a file: the file
that is the message, or the fields that are the record."""

from contextlib import suppress
from dataclasses import dataclass, field

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from webapp.bodies.form_body import MOST_FIELDS, NamedValue, too_many_fields
from webapp.bodies.text_of_body import decoded, text_of_body
from webapp.bodies.unreadable import UnreadableBody

_OPENING = ("{", "[", "<")


@dataclass(slots=True)
class Part:
    """`name` tells a field from a file, whose name is of no use."""

    name: str | None
    content_type: str
    content: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class SentForm:
    fields: list[NamedValue]
    files: list[Part]

    def message(self) -> Part | None:
        """The one file that is the whole message; a picture beside fields is none.

        :raise UnreadableBody: there is nothing but several files
        """
        if len(self.files) == 1 and (not self.fields or _is_message(self.files[0])):
            return self.files[0]
        if self.files and not self.fields:
            raise UnreadableBody(
                "bad_form",
                f"The form holds {len(self.files)} files. Send one, or the fields of the offer.",
            )
        return None


def form_in(body: bytes, content_type: str) -> SentForm:
    """:raise UnreadableBody: it is not whole, or has too many parts"""
    parts = _parts(body, parse_options_header(content_type)[1].get("boundary", ""))
    fields = [
        (part.name, decoded(bytes(part.content), part.content_type))
        for part in parts
        if part.name is not None
    ]
    return SentForm(fields, [part for part in parts if part.name is None])


def _parts(body: bytes, boundary: str) -> list[Part]:
    if not boundary:
        raise _broken("its Content-Type names no boundary")
    decoder = MultipartDecoder(boundary.encode("utf-8", "replace"), max_parts=MOST_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    parts: list[Part] = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field | File):
                name = (event.name or "") if isinstance(event, Field) else None
                parts.append(Part(name, event.headers.get("Content-Type", "")))
            elif isinstance(event, Data):
                parts[-1].content += event.data
    except RequestEntityTooLarge:
        raise too_many_fields() from None
    except ValueError:
        raise _broken("it ends early, or a part has no name") from None
    return parts


def _broken(how: str) -> UnreadableBody:
    return UnreadableBody(
        "bad_form", f"The body is no whole form in parts: {how}. Send it again as a whole."
    )


def _is_message(part: Part) -> bool:
    with suppress(UnreadableBody):
        return text_of_body(bytes(part.content), part.content_type).lstrip()[:1] in _OPENING
    return False

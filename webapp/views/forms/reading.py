"""The form that changes how a feed is read: which format, where its records and ids are, and what
its container leaves open."""

import codecs
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError as DocumentRefused
from wtforms import Field, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from webapp.models import OwnPreset
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.presets import load_preset, preset_names
from webapp.views.forms.clean import PageForm

AS_FOUND, FIND_OUT, OWN = "", "auto", "own:"
BETWEEN_PATHS = " | "
# Typed text loses control characters, so a tab goes by its name.
DELIMITERS = {
    "": _l("Found out at each reading"),
    "comma": _l("Comma"),
    "semicolon": _l("Semicolon"),
    "tab": _l("Tab"),
    "pipe": _l("Vertical bar"),
}
DELIMITER_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
# Which field is about which part of a document that was refused.
_FIELD_OF = {"record_paths": "record_path", "id": "id_path"}


class ReadingForm(PageForm):
    preset = SelectField(_l("Format"))
    record_path = StringField(_l("Where the records are"), [Length(max=1000)])
    id_path = StringField(_l("Id of an offer"), [Length(max=1000)])
    encoding = StringField(_l("Encoding"), [Length(max=40)])
    delimiter = SelectField(
        _l("Between the columns"),
        choices=[SelectChoice(name, words) for name, words in DELIMITERS.items()],
    )
    header_row = IntegerField(
        _l("Row with the names of the columns"),
        [Optional(), NumberRange(0, 1000, _l("Give a row from 1 to 1,000, or 0 for none."))],
    )
    sheet = StringField(_l("Sheet"), [Length(max=100)])
    member = StringField(_l("File in the archive"), [Length(max=200)])

    def offer_presets(self, own: Sequence[OwnPreset], found: str, fitting: Collection[str]) -> None:
        """`found`: what the last look took the feed for, in words; `fitting`: the presets that
        would do, which come first."""
        shipped = [(name, load_preset(name).title or name) for name in preset_names()]
        presets = [(f"{OWN}{preset.slug}", preset.title) for preset in own]
        presets += sorted(shipped, key=lambda preset: preset[1])
        presets.sort(key=lambda preset: preset[0] not in fitting)
        self.preset.choices = [
            SelectChoice(AS_FOUND, found),
            SelectChoice(FIND_OUT, _("Find out again")),
            *(
                SelectChoice(name, _("%(title)s (fits)", title=title) if name in fitting else title)
                for name, title in presets
            ),
        ]

    def validate_encoding(self, field: Field) -> None:
        if not field.data:
            return
        try:
            codecs.lookup(field.data)
        except LookupError as unknown:
            raise ValidationError(
                _("There is no encoding of this name. Usual ones are utf-8 and windows-1252.")
            ) from unknown

    def document(
        self, found: MappingDocument, own: Sequence[OwnPreset]
    ) -> tuple[bool, MappingDocument | None]:
        """Of a form whose fields are valid: whether it makes sense, and the document to read with;
        None to find out. Another format brings its own paths."""
        chosen = self.preset.data
        if chosen == FIND_OUT:
            return True, None
        if chosen.startswith(OWN):
            slug = chosen.removeprefix(OWN)
            preset = next(preset for preset in own if preset.slug == slug)
            document = MappingDocument.model_validate(preset.document)
            called = {"name": preset.slug, "title": preset.title}
            return True, document.model_copy(update=called)
        if chosen != AS_FOUND:
            return True, load_preset(chosen)
        data = as_data(found)
        data["id"] = _paths(self.id_path.data, ",")
        data["reading"] = _changed_reading(data["reading"], self)
        try:
            return True, MappingDocument.model_validate(data)
        except DocumentRefused as refusal:
            self._show(refusal)
            return False, None

    def _show(self, refusal: DocumentRefused) -> None:
        for error in refusal.errors():
            name = next((str(part) for part in error["loc"] if part in _FIELD_OF), "id_path")
            field = self[_FIELD_OF.get(name, name)]
            if name == "record_paths":
                words = _("This is no path to records, such as /root/property or items[].")
            elif not self.id_path.data:
                words = _("Say which part of a record tells the offers apart.")
            else:
                words = _("This path can’t be read. A path looks like id or reference.number.")
            field.errors = [*field.errors, str(words)]


def reading_values(document: MappingDocument) -> dict[str, object]:
    reading = document.reading
    signs = {sign: name for name, sign in DELIMITER_SIGNS.items()}
    return {
        "preset": AS_FOUND,
        "record_path": BETWEEN_PATHS.join(reading.record_paths),
        "id_path": ", ".join(document.id),
        "encoding": reading.encoding,
        "delimiter": signs.get(reading.delimiter or "", ""),
        "header_row": reading.header_row,
        "sheet": reading.sheet,
        "member": reading.member,
    }


def _changed_reading(reading: dict[str, Any], form: ReadingForm) -> dict[str, Any]:
    """What the form leaves empty is worked out at each reading."""
    wanted: dict[str, Any] = {
        "record_paths": _paths(form.record_path.data, BETWEEN_PATHS.strip()),
        "encoding": form.encoding.data or None,
        "header_row": form.header_row.data,
        "sheet": form.sheet.data or None,
        "member": form.member.data or None,
    }
    sign = DELIMITER_SIGNS.get(form.delimiter.data)
    if sign is not None or reading.get("delimiter") in DELIMITER_SIGNS.values():
        wanted["delimiter"] = sign
    kept = {key: value for key, value in reading.items() if key not in wanted}
    return kept | {key: value for key, value in wanted.items() if value not in (None, [])}


def _paths(typed: str | None, between: str) -> list[str]:
    return [path.strip() for path in (typed or "").split(between) if path.strip()]

"""A source's configuration as a file that people keep, send and read in again: everything they
decided about it, no secret, and nothing that was learnt while reading."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from webapp.addresses import FILE_SCHEMES, parts_of
from webapp.database_json import json_dumps
from webapp.fetching import Paging
from webapp.models.sources import ScheduleKind
from webapp.offers.enumerations import enumerations
from webapp.offers.mapping import compile_mapping
from webapp.offers.mapping_document import MappingDocument, Path, as_data
from webapp.schedules import Schedule, checked_schedule
from webapp.services.credentials import CredentialKind
from webapp.services.ignore_paths import MOST_PATHS, can_be_ignored
from webapp.services.value_decisions import LONGEST_TABLE, LONGEST_WORD
from webapp.webhooks import WebhookSettings

LARGEST = 2 * 1024**2
MOST_WORDS = 20_000
MOST_MISTAKES = 5
LONGEST_PLACE = 120


class ConfigurationRefused(Exception):
    """The file can't be used; `mistakes` are sentences for the person who sent it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = mistakes


def _printable(text: str) -> str:
    if not all(letter.isprintable() for letter in text):
        raise ValueError("it has characters that can’t be shown")
    return text


def _fetchable(location: str) -> str:
    """An address of a kind that can be fetched from, or none."""
    schemes = ("http", "https", *FILE_SCHEMES)
    if location and (parts_of(location).scheme not in schemes or not parts_of(location).netloc):
        raise ValueError("it is no address that a feed can be fetched from")
    return location


def _ignorable(path: str) -> str:
    if not can_be_ignored(path):
        raise ValueError("this is no field of a record that can be ignored")
    return path


Line = Annotated[str, AfterValidator(_printable)]
Table = Annotated[str, Field(min_length=1, max_length=LONGEST_TABLE)]
Word = Annotated[str, Field(min_length=1, max_length=LONGEST_WORD)]
Code = Annotated[str, Field(max_length=1000)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FilesAndPages(Part):
    pick: Literal["newest", "all"] = "newest"
    paging: Paging | None = None
    own_certificate: bool = False


class ScheduleSettings(Part):
    kind: ScheduleKind = ScheduleKind.MANUAL
    value: Annotated[str, Field(max_length=300)] = ""
    timezone: Annotated[str, Field(max_length=100)] = "UTC"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        self.checked()
        return self

    def checked(self) -> Schedule:
        """:raise ScheduleError: a ValueError with a sentence for people."""
        return checked_schedule(self.kind, self.value, self.timezone)


class Removal(Part):
    absent_runs: Annotated[int, Field(ge=1, le=30)] = 2
    hold_share: Annotated[float, Field(ge=0, le=1)] = 0.15


class ConfigurationFile(Part):
    offerdock: Literal["source"] = "source"
    """Tells the file from any other JSON."""
    format: Literal[1]
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
        AfterValidator(_printable),
    ]
    location: Annotated[Line, Field(max_length=2000), AfterValidator(_fetchable)] = ""
    """With *** in the place of secrets; empty when files are sent in."""
    credentials: CredentialKind | None = None
    """Which kind the server asks for; they themselves are in no file."""
    fetching: FilesAndPages = FilesAndPages()
    webhook: WebhookSettings | None = None
    """Its address and its secrets are in no file: a new source has its own."""
    schedule: ScheduleSettings = ScheduleSettings()
    removal: Removal = Removal()
    max_bytes: Annotated[int, Field(ge=1, le=2**50)] | None = None
    preset: Annotated[Line, Field(max_length=100)] = ""
    mapping: MappingDocument | None = None
    """With its semantics: whether a file is everything or only what changed."""
    values: dict[Table, dict[Word, Code | None]] = Field(default_factory=dict, max_length=500)
    """What people decided about the vendor's words: by table, each word with our code or None."""
    ignore_paths: Annotated[
        tuple[Annotated[Path, AfterValidator(_ignorable)], ...], Field(max_length=MOST_PATHS)
    ] = ()

    @model_validator(mode="after")
    def _can_be_kept_and_used(self) -> Self:
        if self.mapping is not None:
            compile_mapping(self.mapping)
            if not _is_kept_as_it_is(self.mapping):
                raise ValueError("the mapping has a number in it that is too large")
            if any(len(listed.table) > LONGEST_TABLE for listed in enumerations(self.mapping)):
                raise ValueError("the mapping has a table whose name is too long")
        if sum(map(len, self.values.values())) > MOST_WORDS:
            raise ValueError(f"there are more than {MOST_WORDS} words in it")
        return self


def configuration_in(content: bytes) -> ConfigurationFile:
    """:raise ConfigurationRefused: with what is wrong with the file, and where in it."""
    # PostgreSQL keeps no NUL, and no name or word has one on purpose.
    if b"\\u0000" in content or b"\0" in content:
        raise ConfigurationRefused(["It has characters in it that no configuration has (NUL)."])
    try:
        return ConfigurationFile.model_validate_json(content)
    except ValidationError as error:
        raise ConfigurationRefused(_mistakes(error)) from error


def _is_kept_as_it_is(document: MappingDocument) -> bool:
    """JSON columns know no infinity and no integers beyond 64 bits."""
    try:
        return MappingDocument.model_validate_json(json_dumps(as_data(document))) == document
    except (TypeError, ValueError):
        return False


def _mistakes(error: ValidationError) -> list[str]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    sentences = [_sentence(one["loc"], one["type"], one["msg"]) for one in found[:MOST_MISTAKES]]
    if len(found) > MOST_MISTAKES:
        sentences.append(f"And {len(found) - MOST_MISTAKES} more.")
    return sentences


def _sentence(place: tuple[int | str, ...], kind: str, message: str) -> str:
    if kind == "json_invalid":
        return "It is no JSON file: choose one that was exported from a source here."
    words = message.removeprefix("Value error, ").replace("Input should", "It should", 1)
    words = words[:1].upper() + words[1:]
    known = {"missing": "This is missing.", "extra_forbidden": "There is nothing of this name."}
    words = known.get(kind, words.rstrip(".") + ".")
    where = " › ".join(str(part) for part in place)[:LONGEST_PLACE]
    return f"{where}: {words}" if where else words

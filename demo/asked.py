"""What a request's address asks for, read from its path and query, or why it cannot be answered."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from demo.modes import Mode
from demo.offers import Feed

MOST_OFFERS = 1_000_000
_AGENCY = r"(?P<agency>[a-z0-9]+(?:-[a-z0-9]+)*)"
_FEED_PATH = re.compile(rf"/(?P<door>kyero|protected/kyero|real)/{_AGENCY}\.xml")
_CONTROL_PATH = re.compile(rf"/control/{_AGENCY}")
_PARAMETERS = ("offers", "seed", "generation", "changed", "churn", "gone", "bad", "mode")


class BadRequest(Exception):
    """The address is wrong; the message says how to put it right."""


@dataclass(frozen=True)
class Asked:
    """`counter` names the feed whose generation moves on: the address without pinned generation."""

    agency: str
    protected: bool
    controlled: bool
    feed: Feed
    pinned: bool
    mode: Mode
    counter: str
    query: dict[str, str]

    @property
    def real_location(self) -> str:
        """The address of the same feed, out of reach of any mode."""
        query = {name: value for name, value in self.query.items() if name != "mode"}
        return f"/real/{self.agency}.xml" + (f"?{urlencode(query)}" if query else "")


def read_address(address: str) -> Asked | None:
    """None for a path that is no feed's.

    :raises BadRequest: for a parameter that is unknown or out of range.
    """
    parts = urlsplit(address)
    match = _FEED_PATH.fullmatch(parts.path)
    if match is None:
        return None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in query:
        if name not in _PARAMETERS:
            raise BadRequest(f"There is no parameter {name!r}; use {', '.join(_PARAMETERS)}.")
    agency, door = match["agency"], match["door"]
    unpinned = sorted(item for item in query.items() if item[0] != "generation")
    feed = Feed(
        agency=agency,
        offers=_whole_number(query, "offers", 133, MOST_OFFERS),
        seed=_whole_number(query, "seed", 1, 2**63),
        generation=_whole_number(query, "generation", 0, 2**31),
        changed=_number(query, "changed", 1),
        churn=_number(query, "churn", MOST_OFFERS),
        gone=_whole_number(query, "gone", 0, MOST_OFFERS),
        bad=_number(query, "bad", 1),
    )
    return Asked(
        agency=agency,
        protected=door == "protected/kyero",
        controlled=door != "real",
        feed=feed,
        pinned="generation" in query,
        mode=read_mode(query.get("mode", "normal")) if door != "real" else Mode.NORMAL,
        counter=f"{parts.path}?{urlencode(unpinned)}",
        query=query,
    )


def read_control(path: str) -> str:
    """The agency whose mode is to be set."""
    match = _CONTROL_PATH.fullmatch(path)
    if match is None:
        raise BadRequest("Post to /control/AGENCY?mode=MODE.")
    return match["agency"]


def read_mode(name: str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        raise BadRequest(f"There is no mode {name!r}; use {', '.join(Mode)}.") from None


def _whole_number(query: dict[str, str], name: str, default: int, highest: int) -> int:
    text = query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > highest:
        raise BadRequest(f"{name}={text} is not a whole number from 0 to {highest}.")
    return int(text)


def _number(query: dict[str, str], name: str, highest: int) -> float:
    text = query.get(name, "0")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) or float(text) > highest:
        raise BadRequest(f"{name}={text} is not a number from 0 to {highest}, such as 0.05.")
    return float(text)

"""A feed without offers says what is missing, so that a person can ask the vendor for it."""

import pytest

from jobs.formats.feed import no_records
from webapp.offers.reading import Container, Reading


@pytest.mark.parametrize(
    ("container", "record_paths", "missing"),
    [
        ("csv", (), "no row below the names of its columns"),
        ("xlsx", (), "no row below the names of its columns"),
        ("jsonl", (), "no list of records in it"),
        ("xml", ("/root/property",), "nothing at /root/property"),
        ("xml", ("/Feed/Object", "/feed/object"), "nothing at /Feed/Object or /feed/object"),
    ],
)
def test_what_is_missing_is_said(
    container: Container, record_paths: tuple[str, ...], missing: str
) -> None:
    error = no_records(Reading(container=container, record_paths=record_paths), "offers.dat")
    assert str(error).startswith(f"The feed holds no offers: there is {missing}.")

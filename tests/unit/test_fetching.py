"""Which files of changes count as read: by time, of one second by name."""

from webapp.fetching import Fetching


def test_nothing_has_been_read_at_first() -> None:
    assert not Fetching().has_read("20261122101500 a.xml")


def test_what_is_older_or_the_same_has_been_read() -> None:
    fetching = Fetching().after("20261122101500 m.xml")
    assert fetching.has_read("20261122101500 m.xml")
    assert fetching.has_read("20261122101459 z.xml")
    assert not fetching.has_read("20261122101501 a.xml")


def test_a_file_of_the_same_second_is_not_lost_whatever_its_name() -> None:
    fetching = Fetching().after("20261122101500 m.xml")
    assert not fetching.has_read("20261122101500 a.xml")
    later = fetching.after("20261122101500 a.xml")
    assert later.has_read("20261122101500 m.xml")
    assert later.has_read("20261122101500 a.xml")
    assert not later.has_read("20261122101500 b.xml")


def test_names_are_forgotten_once_the_second_is_over() -> None:
    fetching = Fetching()
    for mark in ("20261122101500 b.xml", "20261122101500 a.xml", "20261122101501 a.xml"):
        fetching = fetching.after(mark)
    assert (fetching.read_up_to, fetching.read_with_it) == ("20261122101501 a.xml", ())
    assert fetching.after("20261122101500 a.xml") == fetching


def test_without_times_the_names_have_the_order() -> None:
    fetching = Fetching().after(" offers-2.xml")
    assert fetching.has_read(" offers-1.xml")
    assert not fetching.has_read(" offers-3.xml")


def test_it_is_kept_without_what_nobody_decided() -> None:
    fetching = Fetching(pick="all").after("20261122101500 a.xml")
    assert fetching.as_document() == {"pick": "all", "read_up_to": "20261122101500 a.xml"}
    assert Fetching.model_validate(fetching.as_document()) == fetching

"""Feed addresses: what they ask for, and a plain sentence for what they cannot."""

import pytest

from demo.asked import BadRequest, read_address, read_control
from demo.modes import Mode
from demo.offers import Feed


def test_a_bare_address_asks_for_133_offers() -> None:
    asked = read_address("/kyero/bahia-azul.xml")
    assert asked is not None
    assert asked.feed == Feed(agency="bahia-azul", offers=133, seed=1)
    assert asked.mode is Mode.NORMAL
    assert not asked.pinned


def test_every_parameter_is_read() -> None:
    asked = read_address(
        "/kyero/a.xml?offers=7&seed=2&generation=3&changed=0.5&churn=2&gone=1&bad=0.01&mode=half"
    )
    assert asked is not None
    assert asked.feed == Feed(
        agency="a", offers=7, seed=2, generation=3, changed=0.5, churn=2, gone=1, bad=0.01
    )
    assert asked.mode is Mode.HALF
    assert asked.pinned


def test_the_order_of_parameters_makes_no_other_feed() -> None:
    one, two = (
        read_address("/kyero/a.xml?offers=7&seed=2"),
        read_address("/kyero/a.xml?seed=2&offers=7"),
    )
    assert one is not None and two is not None
    assert one.counter == two.counter


@pytest.mark.parametrize("path", ["/", "/kyero/", "/kyero/A B.xml", "/kyero/a.json", "/etc/passwd"])
def test_other_paths_are_no_feed(path: str) -> None:
    assert read_address(path) is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("offers=many", "offers=many is not a whole number from 0 to 1000000."),
        ("offers=1000001", "offers=1000001 is not a whole number from 0 to 1000000."),
        ("offers=-1", "offers=-1 is not a whole number from 0 to 1000000."),
        ("changed=2", "changed=2 is not a number from 0 to 1, such as 0.05."),
        ("bad=nan", "bad=nan is not a number from 0 to 1, such as 0.05."),
        ("mode=sleepy", "There is no mode 'sleepy'; use normal, half,"),
        ("offer=5", "There is no parameter 'offer'; use offers, seed,"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_possible(query: str, sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_address(f"/kyero/a.xml?{query}")
    assert str(refused.value).startswith(sentence)


def test_the_real_feed_has_no_mode() -> None:
    asked = read_address("/kyero/a.xml?offers=7&mode=redirect")
    assert asked is not None
    assert asked.real_location == "/real/a.xml?offers=7"
    real = read_address(asked.real_location)
    assert real is not None
    assert (real.feed, real.mode, real.controlled) == (asked.feed, Mode.NORMAL, False)


def test_a_control_address_names_its_agency() -> None:
    assert read_control("/control/costa-clara") == "costa-clara"
    with pytest.raises(BadRequest, match="Post to /control/AGENCY"):
        read_control("/control/costa/clara")

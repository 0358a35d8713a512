"""The vendor's one page: its feeds, and a form for each agency to make them misbehave."""

from html import escape
from typing import NamedTuple

from demo.modes import EXPLAINED, Mode
from demo.state import VendorState


class ExampleFeed(NamedTuple):
    agency: str
    path: str
    about: str


EXAMPLE_FEEDS = (
    ExampleFeed(
        "costa-clara",
        "/kyero/costa-clara.xml?offers=133&changed=0.05&churn=0.5",
        "133 offers, one in twenty edited at each fetch, now and then one new and one gone",
    ),
    ExampleFeed(
        "bahia-azul",
        "/kyero/bahia-azul.xml?offers=480&changed=0.02&bad=0.02",
        "480 offers, one in fifty with something wrong",
    ),
    ExampleFeed(
        "sierra-y-mar",
        "/protected/kyero/sierra-y-mar.xml?offers=60",
        "60 offers that never change, behind a password (user demo, password demo)",
    ),
)

_PARAMETERS = (
    ("offers", "how many offers, up to 1,000,000"),
    ("seed", "another number gives other offers"),
    ("changed", "share of offers edited at each fetch, for example 0.05"),
    ("churn", "offers replaced by new ones at each fetch, for example 0.5"),
    ("gone", "how many of the oldest offers are gone"),
    ("bad", "share of offers with something wrong, for example 0.01"),
    ("generation", "the same state at each fetch"),
    ("mode", "misbehave in one of the ways below"),
)


def vendor_page(state: VendorState) -> str:
    modes = state.modes()
    others = sorted(set(modes) - {feed.agency for feed in EXAMPLE_FEEDS})
    feeds = [
        *EXAMPLE_FEEDS,
        *(ExampleFeed(agency, f"/kyero/{agency}.xml", "133 offers") for agency in others),
    ]
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Demo vendor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
<h1>Demo vendor</h1>
<p>Kyero feeds with fictional offers. A feed without a mode in its address follows the mode
that is set for its agency here.</p>
{"".join(_section(feed, modes.get(feed.agency, Mode.NORMAL)) for feed in feeds)}
<h2>In the address</h2>
<dl>{"".join(f"<dt>{name}</dt><dd>{about}</dd>" for name, about in _PARAMETERS)}</dl>
<h2>Modes</h2>
<dl>{"".join(f"<dt>{mode}</dt><dd>{escape(about)}</dd>" for mode, about in EXPLAINED.items())}</dl>
</body>
</html>
"""


def _section(feed: ExampleFeed, current: Mode) -> str:
    agency, path = escape(feed.agency), escape(feed.path)
    options = "".join(
        f"<option{' selected' if mode is current else ''}>{mode}</option>" for mode in Mode
    )
    return f"""<h2>{agency}</h2>
<p><a href="{path}">{path}</a><br>{escape(feed.about)}</p>
<form method="post" action="/control/{agency}">
<label>Mode of {agency} <select name="mode">{options}</select></label> <button>Set</button>
now: <strong>{current}</strong>, {escape(EXPLAINED[current])}
</form>
"""

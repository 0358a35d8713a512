"""What axe does not test: borders of inputs and the focus ring stand out 3:1."""

from typing import TypedDict

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page, show_theme
from tests.people import make_admin

# Colours as the browser computes them, drawn on a canvas to get plain sRGB of any notation.
MEASURE = """
([selector, property]) => {
  const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const paint = (layers) => {
    for (const layer of layers) {
      context.fillStyle = layer;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      layers.unshift(getComputedStyle(node).backgroundColor);
    }
    return paint(["white", ...layers]);
  };
  const element = document.querySelector(selector);
  const inside = behind(element);
  const around = behind(element.parentElement);
  const line = paint(["white", getComputedStyle(element)[property]]);
  return {inside: contrast(line, inside), around: contrast(line, around)};
}
"""


class Contrasts(TypedDict):
    """Of a colour of an element against its own background and against what is around it."""

    inside: float
    around: float


def contrasts(page: Page, selector: str, property: str) -> Contrasts:
    measured: Contrasts = page.evaluate(MEASURE, [selector, property])
    return measured


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_borders_of_inputs_stand_out(
    page: Page, session: scoped_session[Session], theme: str
) -> None:
    admin = make_admin()
    log_in_page(page, admin)
    for address, selector in (
        ("/users", "input[type=search]"),
        ("/users", "select"),
        ("/users/invite", "input[type=email]"),
        ("/users/invite", "input[type=radio]:not(:checked)"),
        ("/users/invite", "input[type=radio]:checked"),
    ):
        page.goto(address)
        show_theme(page, theme)
        border = contrasts(page, selector, "borderTopColor")
        # What is checked is filled in the colour of its border.
        least = border["around"] if selector.endswith("]:checked") else min(border.values())
        assert least >= 3, (address, selector, border)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_ring_stands_out_and_is_two_pixels_wide(
    page: Page, session: scoped_session[Session], theme: str
) -> None:
    admin = make_admin()
    log_in_page(page, admin)
    page.goto("/users")
    show_theme(page, theme)
    page.keyboard.press("Tab")
    stops = page.locator("a[href], button, input, select, summary, [tabindex='0']").count()
    seen = set()
    for _ in range(stops):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                document.querySelector("[data-now]")?.removeAttribute("data-now");
                document.activeElement.setAttribute("data-now", "");
                return document.activeElement.outerHTML.slice(0, 80);
            }"""
        )
        if name.startswith("<body"):
            break
        seen.add(name)
        width = page.evaluate("getComputedStyle(document.querySelector('[data-now]')).outlineWidth")
        style = page.evaluate("getComputedStyle(document.querySelector('[data-now]')).outlineStyle")
        assert (width, style) == ("2px", "solid"), name
        # The ring is drawn outside of the element.
        assert contrasts(page, "[data-now]", "outlineColor")["around"] >= 3, name
    assert len(seen) > 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_of_a_destructive_button_stand_out(
    page: Page, session: scoped_session[Session], theme: str
) -> None:
    admin = make_admin()
    log_in_page(page, admin)
    page.goto(f"/users/{admin.id}/deactivate")
    show_theme(page, theme)
    words = contrasts(page, "main button[data-variant=destructive]", "color")
    assert words["inside"] >= 4.5

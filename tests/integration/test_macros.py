"""The parts that all pages are made of, rendered alone."""

import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

UI = '{% from "macros/ui.html" import empty_state, progress, sparkline, stat, status, time_ago %}'
TABLES = '{% from "macros/tables.html" import sort_header, pagination %}'
FORMS = '{% from "macros/forms.html" import field, error_summary %}'


def rendered(app: Flask, source: str, address: str = "/", **values: object) -> str:
    with app.test_request_context(address):
        return re.sub(r"\s+", " ", render_template_string(source, **values))


@pytest.mark.parametrize("kind", ["ok", "warning", "error", "running", "waiting", "paused", "off"])
def test_a_status_is_an_icon_and_a_word(app: Flask, kind: str) -> None:
    html = rendered(app, UI + "{{ status(kind, 'Held') }}", kind=kind)
    assert "Held</span>" in html
    assert "<use href=" in html


def test_a_sortable_header_turns_around_keeps_filters_and_leaves_the_page(app: Flask) -> None:
    source = TABLES + "{{ sort_header('Price', 'price', sort) }}"
    address = "/offers?search=sea&page=4"
    unsorted = rendered(app, source, address, sort="-changed")
    assert "aria-sort" not in unsorted
    assert 'href="/offers?search=sea&amp;sort=price"' in unsorted
    rising = rendered(app, source, address, sort="price")
    assert 'aria-sort="ascending"' in rising
    assert "sort=-price" in rising
    falling = rendered(app, source, address, sort="-price")
    assert 'aria-sort="descending"' in falling
    assert "sort=price" in falling


def test_a_number_of_nothing_is_shown_and_links_to_its_list(app: Flask) -> None:
    html = rendered(app, UI + "{{ stat('Rejected', 0, '/offers?sync=rejected') }}")
    assert '<a href="/offers?sync=rejected">0</a>' in html


def test_progress_says_how_many_of_how_many_and_never_overflows(app: Flask) -> None:
    html = rendered(app, UI + "{{ progress(13000, 12480, 'Applied') }}")
    assert 'value="12480" max="12480"' in html
    assert "13,000 of 12,480" in html
    assert "value=" not in rendered(app, UI + "{{ progress(5, 0, 'Applied') }}")


def test_a_sparkline_is_drawn_with_geometry_alone(app: Flask) -> None:
    html = rendered(app, UI + "{{ sparkline([1, 2, 3], 'Offers an hour') }}")
    assert 'aria-label="Offers an hour"' in html
    assert "<polyline" in html
    assert "style=" not in html
    assert "<polyline" not in rendered(app, UI + "{{ sparkline([], 'Offers an hour') }}")


def test_a_time_that_never_was_is_a_dash(app: Flask) -> None:
    assert "–" in rendered(app, UI + "{{ time_ago(none) }}")


def test_only_a_failure_is_announced_as_an_alert(app: Flask) -> None:
    failed = rendered(app, UI + "{{ empty_state('failed', 'The list can’t be read') }}")
    calm = rendered(app, UI + "{{ empty_state('nothing_yet', 'No source yet') }}")
    assert 'role="alert"' in failed
    assert 'role="alert"' not in calm


class _Form(FlaskForm):
    name = StringField("Name", [InputRequired("Give a name.")])


def test_a_wrong_field_is_tied_to_its_hint_and_error_and_listed_in_the_summary(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context("/", method="POST", data={}):
        form = _Form(meta={"csrf": False})
        assert not form.validate()
        html = render_template_string(
            FORMS + "{{ error_summary(form) }}{{ field(form.name, hint='As on the door') }}",
            form=form,
        )
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="name-error"' in html
    assert '<a href="#name">Name: Give a name.</a>' in html

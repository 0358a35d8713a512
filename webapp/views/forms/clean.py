"""What every form of the pages starts from: typed text arrives without control characters."""

import re

from flask_wtf import FlaskForm
from wtforms import Field, Form
from wtforms.fields.core import UnboundField
from wtforms.meta import DefaultMeta

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def without_controls(value: object) -> object:
    """Nobody types them on purpose, and PostgreSQL refuses NUL."""
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


class CleanForm(Form):
    class Meta(DefaultMeta):
        def bind_field(
            self, form: Form, unbound_field: UnboundField, options: dict[str, object]
        ) -> Field:
            filters = [*unbound_field.kwargs.get("filters", ()), without_controls]
            return unbound_field.bind(form=form, filters=filters, **options)


class PageForm(CleanForm, FlaskForm):
    """With the token that proves the page was ours."""

"""What can be wrong with a delivery has a name for lists."""

from collections.abc import Iterator
from typing import get_args

import pytest
from flask import Flask

from webapp.bodies.unreadable import Cause
from webapp.hooks.verification import RefusalCause
from webapp.views.delivery_words import cause_name


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("cause", [*get_args(Cause), *RefusalCause])
def test_every_cause_has_a_name_of_its_own(cause: str) -> None:
    assert cause_name(cause) != cause.replace("_", " ").capitalize()

"""docs/webhooks.md tells vendors what the door, its settings and its trial really do."""

import json
import re
from pathlib import Path
from typing import get_args

from flask import Flask

from webapp.hooks.checks import MOST_BYTES, MOST_RECORDS
from webapp.hooks.checks.body import FETCHED, LEFT_OUT, UNMAPPED
from webapp.hooks.checks.records import REFUSED
from webapp.hooks.examples import LANGUAGES, SampleBody
from webapp.hooks.openapi import openapi
from webapp.models import Outcome
from webapp.offers.problems import problem
from webapp.queries.guide import LATEST
from webapp.views.guide.answers import answers
from webapp.views.guide.outcome_words import OUTCOMES
from webapp.webhooks import Scheme, WebhookSettings

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
DEFAULTS = WebhookSettings()


def first_cells(heading: str) -> list[str]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `?([\w-]+)`? \|", section, re.MULTILINE)
    return [cell for cell in rows if cell not in ("status", "scheme")]


def test_every_scheme_is_there_and_no_other() -> None:
    assert first_cells("Proving that it is you") == list(get_args(Scheme))


def test_the_answers_are_those_of_the_door(app: Flask) -> None:
    described = openapi()["paths"]["/hooks/{public_id}"]["post"]["responses"]
    with app.test_request_context():
        told = [str(answer.status) for answer in answers(DEFAULTS)]
    assert first_cells("Answers") == told
    assert sorted(told) == sorted(described)


def test_the_outcomes_are_those_of_a_check() -> None:
    known = {*Outcome, REFUSED, LEFT_OUT, FETCHED, UNMAPPED}
    listed = PAGE.partition("Outcomes: ")[2].partition("\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == known == set(OUTCOMES)


def test_the_numbers_are_those_of_the_settings() -> None:
    assert f"by {DEFAULTS.tolerance} seconds" in PAGE
    assert DEFAULTS.max_bytes == 1024**2 and "(1 MB unless" in PAGE
    assert f"more than {DEFAULTS.rate_per_minute:,} deliveries" in PAGE
    assert f"up to {MOST_BYTES // 1024} kB and checks the first {MOST_RECORDS} records" in PAGE
    assert f"last {LATEST} deliveries" in PAGE


def test_the_example_is_the_one_that_is_generated() -> None:
    settings = WebhookSettings(scheme="api-key")
    text = '[{"id": "1042", "price": 250000, "town": "Puerto Lirio"}]'
    body = SampleBody(text, "application/json")
    write = LANGUAGES["curl"][2]
    generated = write(settings, "https://offers.example/hooks/PUBLIC_ID", body)
    shown = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert shown
    values = dict(re.findall(r"^(\w+)='(.*)'$", generated, re.MULTILINE))
    command = generated[generated.index("curl") :]
    command = command.replace('"$URL"', f"'{values['URL']}'")
    command = command.replace('"$BODY"', f"'{values['BODY']}'")
    assert command.replace("$SECRET", values["SECRET"]) == shown[1]


def test_the_answer_of_a_check_is_as_it_is_made() -> None:
    shown = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert shown
    (found,) = json.loads(shown[1])["results"][0]["problems"]
    made = problem(found["code"], found["field"], found["raw"])
    assert found == {name: getattr(made, name) for name in found}
    assert set(found) == {"code", "severity", "field", "raw", "message", "hint"}

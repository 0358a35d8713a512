"""A few offers of each outcome that a dry run foretells, for people to look at."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Offer
from webapp.offers.changes import changed_fields
from webapp.offers.fingerprint import sorted_json
from webapp.offers.problems import Problem
from webapp.offers.summary import summary_of

MOST_EXAMPLES = 10
MOST_CHANGES = 20
LONGEST_TEXT = 300
MOST_ITEMS = 20
"""Of a list within a change."""

Example = dict[str, Any]


class Examples:
    def __init__(self) -> None:
        self.by_outcome: dict[str, list[Example]] = {}
        # Updated offers whose version in force is still to be looked up.
        self._compared: dict[str, tuple[Example, Mapping[str, Any]]] = {}

    def add(
        self,
        outcome: str,
        external_id: str,
        offer: Mapping[str, Any] | None,
        problems: Sequence[Problem],
        position: int,
    ) -> None:
        """`offer`: None of a record that is refused or that withdraws its offer."""
        found = self.by_outcome.setdefault(outcome, [])
        if len(found) >= MOST_EXAMPLES:
            return
        example: Example = {"external_id": external_id, "position": position}
        if offer is not None:
            example |= _summary(offer)
        if problems:
            example["problems"] = [_said(problem) for problem in problems[:MOST_CHANGES]]
        if outcome == "updated" and offer is not None:
            self._compared[external_id] = example, offer
        found.append(example)

    def add_known(
        self, outcome: str, external_id: str, title: str, price: Any, currency: Any
    ) -> None:
        """An offer that no record is about."""
        found = self.by_outcome.setdefault(outcome, [])
        if len(found) < MOST_EXAMPLES:
            found.append(
                {"external_id": external_id, "title": title, "price": _plain(price),
                 "currency": currency}
            )  # fmt: skip

    def compare(self, source_id: int) -> None:
        """Note what changes of the updated offers among those added since."""
        if not self._compared:
            return
        rows = db.session.execute(
            select(Offer.external_id, Offer.data).where(
                Offer.source_id == source_id, Offer.external_id.in_(list(self._compared))
            )
        )
        for external_id, data in rows:
            example, offer = self._compared[external_id]
            changes = changed_fields(data, orjson.loads(sorted_json(dict(offer))))
            shown = list(changes.items())[:MOST_CHANGES]
            example["changes"] = {field: [_cut(old), _cut(new)] for field, (old, new) in shown}
        self._compared.clear()


def _summary(offer: Mapping[str, Any]) -> Example:
    summary = summary_of(dict(offer))
    return {"title": summary.title, "price": _plain(summary.price), "currency": summary.currency}


def _said(problem: Problem) -> dict[str, str]:
    return {
        "code": problem.code,
        "field": problem.field,
        "severity": problem.severity,
        "message": problem.message,
        "raw": problem.raw,
    }


def _plain(price: Any) -> int | float | None:
    if price is None:
        return None
    return int(price) if price == int(price) else float(price)


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…"
    if isinstance(value, dict):
        return {key: _cut(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cut(inner) for inner in value[:MOST_ITEMS]]
    return value

"""A checked body as the JSON that `POST /hooks/<public id>/validate` answers."""

from typing import Any

from webapp.hooks.checks.body import CheckedBody
from webapp.hooks.checks.records import CheckedRecord
from webapp.offers.problems import Problem


def check_answer(found: CheckedBody) -> dict[str, Any]:
    if found.unreadable is not None:
        return {
            "readable": False,
            "cause": found.unreadable.cause,
            "message": str(found.unreadable),
        }
    answer: dict[str, Any] = {
        "readable": True,
        "records": found.records,
        "checked": len(found.checked),
        "results": [_result(one) for one in found.checked],
    }
    if found.reads_feed:
        answer["message"] = "The source's feed would be read."
    elif found.records > len(found.checked):
        answer["message"] = f"Only the first {len(found.checked)} records were checked."
    return answer


def _result(one: CheckedRecord) -> dict[str, Any]:
    return {
        "position": one.position,
        "external_id": one.external_id or None,
        "outcome": one.outcome,
        "problems": [_problem(found) for found in one.problems],
    }


def _problem(found: Problem) -> dict[str, str]:
    return {
        "code": found.code,
        "severity": found.severity,
        "field": found.field,
        "raw": found.raw,
        "message": found.message,
        "hint": found.hint,
    }

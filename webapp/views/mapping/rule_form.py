"""The form of one rule: what stands in its inputs, and the rule that somebody has put together.

Names: path…, take, between, constant, default, values, unknown, unit, unit_default, transform…
with param.<number>.<name>, when_path…, when_ask…, when_answer…, and add for one more transform.
"""

import re
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.offers.mapping_document import Rule, conditions_in
from webapp.offers.mapping_edits import Address, EditRefused
from webapp.offers.targets import N_, Kind
from webapp.views.mapping.transform_words import BETWEEN, parameters, question_of

LONGEST = 2_000
MOST_CONDITIONS = 10
NUMBERS: tuple[Kind, ...] = ("number", "integer", "floor", "area", "coordinate")
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,7})?")
WHOLE = re.compile(r"-?[0-9]{1,6}")

Json = dict[str, Any]
Sent = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class StepInputs:
    name: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class ConditionInputs:
    path: str = ""
    ask: str = "equals"
    answer: str = ""


@dataclass(frozen=True, slots=True)
class RuleInputs:
    paths: list[str] = field(default_factory=list)
    take: str = "first"
    between: str = " "
    constant: str = ""
    default: str = ""
    values: str = ""
    unknown: str = "warn"
    unit: str = ""
    unit_default: str = ""
    steps: list[StepInputs] = field(default_factory=list)
    conditions: list[ConditionInputs] = field(default_factory=list)


def inputs_of(rule: Rule | None) -> RuleInputs:
    if rule is None:
        return RuleInputs()
    conditions = conditions_in(rule.when)
    return RuleInputs(
        paths=list(rule.all_paths),
        take="first" if rule.join is None else "all",
        between=" " if rule.join is None else rule.join,
        constant=_typed(rule.constant),
        default=_typed(rule.default),
        values=rule.values or "",
        unknown=rule.unknown,
        unit=rule.unit or "",
        unit_default=rule.unit_default or "",
        steps=[
            StepInputs(step.name, {key: str(at) for key, at in step.params.items()})
            for step in rule.transforms
        ],
        conditions=[ConditionInputs(one.path, *question_of(one)) for one in conditions],
    )


def sent_inputs(sent: Sent) -> RuleInputs:
    def text(name: str) -> str:
        return sent.get(name, "")[:LONGEST]

    names = [*sent.getlist("transform"), *filter(None, [text("add")])]
    asked = zip_longest(
        *(sent.getlist(name) for name in ("when_path", "when_ask", "when_answer")), fillvalue=""
    )
    return RuleInputs(
        paths=[path.strip() for path in sent.getlist("path") if path.strip()],
        take="all" if text("take") == "all" else "first",
        between=text("between"),
        constant=text("constant"),
        default=text("default"),
        values=text("values").strip(),
        unknown="ignore" if text("unknown") == "ignore" else "warn",
        unit=text("unit").strip(),
        unit_default=text("unit_default").strip(),
        steps=[StepInputs(name, _params(sent, number)) for number, name in enumerate(names)],
        conditions=[
            ConditionInputs(path.strip(), ask, answer[:LONGEST])
            for path, ask, answer in islice(asked, MOST_CONDITIONS)
            if path.strip()
        ],
    )


def rule_of(inputs: RuleInputs, address: Address) -> Json:
    """:raise EditRefused: the inputs contradict each other, or are not of the field's kind"""
    kind = address.target.kind
    constant = inputs.constant.strip()
    if constant and inputs.paths:
        raise EditRefused(
            N_("Either fields of the record or a fixed value: for both, add another rule.")
        )
    if not constant and not inputs.paths:
        raise EditRefused(N_("Name a field of the record, or a fixed value."))
    rule: Json = {"constant": _value(constant, kind)} if constant else _origin(inputs)
    steps = [] if constant else [_step(step) for step in inputs.steps]
    parts: Json = {
        "transforms": steps,
        "values": inputs.values,
        "unit": inputs.unit,
        "unit_default": inputs.unit_default,
        "unknown": "ignore" if inputs.unknown == "ignore" else None,
        "when": conditions_of(inputs),
    }
    rule |= {name: part for name, part in parts.items() if part}
    if inputs.default.strip():
        rule["default"] = _value(inputs.default.strip(), kind)
    return rule


def conditions_of(inputs: RuleInputs) -> Json | list[Json] | None:
    """:raise EditRefused: one of them has nothing to compare with"""
    conditions = [_condition(one) for one in inputs.conditions]
    return conditions[0] if len(conditions) == 1 else conditions or None


def _origin(inputs: RuleInputs) -> Json:
    rule: Json = {"path": inputs.paths[0]}
    if len(inputs.paths) > 1:
        rule = {"paths": list(dict.fromkeys(inputs.paths))}
    return {**rule, "join": inputs.between} if inputs.take == "all" else rule


def _params(sent: Sent, number: int) -> dict[str, str]:
    start = f"param.{number}."
    return {
        name.removeprefix(start): at[:LONGEST]
        for name, at in sent.items()
        if name.startswith(start) and at != ""
    }


def _step(step: StepInputs) -> Json:
    try:
        known = {parameter.name: parameter for parameter in parameters(step.name)}
    except KeyError:
        raise EditRefused(N_("There is no such transform.")) from None
    params: Json = {}
    for name, at in step.params.items():
        if name not in known:
            continue
        if known[name].is_number:
            if not WHOLE.fullmatch(at.strip()):
                raise EditRefused(
                    N_("%(parameter)s: “%(value)s” is no whole number."),
                    parameter=known[name].label,
                    value=at,
                )
            params[name] = int(at)
        else:
            params[name] = at
    return {"name": step.name, **({"params": params} if params else {})}


def _condition(one: ConditionInputs) -> Json:
    if one.ask in ("exists", "absent"):
        return {"path": one.path, "exists": one.ask == "exists"}
    if not one.answer.strip():
        raise EditRefused(N_("The condition on “%(path)s” needs a value."), path=one.path)
    if one.ask in ("in", "not_in"):
        words = [word.strip() for word in one.answer.split(BETWEEN.strip()) if word.strip()]
        return {"path": one.path, one.ask: words}
    return {"path": one.path, "matches" if one.ask == "matches" else "equals": one.answer.strip()}


def _value(text: str, kind: Kind) -> str | int | float | bool:
    """What people typed, as the field holds it."""
    if kind == "boolean":
        return text == "true"
    if kind in NUMBERS:
        if not NUMBER.fullmatch(text):
            raise EditRefused(N_("“%(value)s” is no number, such as 3 or 2.5."), value=text[:60])
        value = float(text)
        return int(value) if value.is_integer() else value
    return text


def _typed(value: str | int | float | bool | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)

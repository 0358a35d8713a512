"""Deals of a proposed mapping: from one price with a word that says what it is for, or from a price
column for sales and another for rents."""

from webapp.offers.enums import DEAL_KINDS, PERIODS
from webapp.offers.proposals.choice import Candidate, Choice, language_of
from webapp.offers.proposals.money_cells import currency_in_cells, period_in_cells
from webapp.offers.proposals.name_fit import says
from webapp.offers.proposals.rule_parts import (
    ZERO_IS_UNKNOWN,
    ZEROS,
    Json,
    coded,
    constant,
    figure_first,
    rule,
    table_of,
)

KINDS = ("sale", "rent", "short_rent")
ASSUMED = 0.5
RENT_AT_MOST = 5_000
"""What nobody sells a home for: half of the prices below it are rents."""


def deal_blocks(
    choice: Choice, values: dict[str, dict[str, str]], warnings: list[str]
) -> list[Json]:
    own = [(kind, amount) for kind in KINDS if (amount := choice.first(f"deals.amount.{kind}"))]
    general = choice.first("deals.amount")
    word = choice.first("deals.deal")
    if word is not None:
        values["deals"] = table_of("deals", word.at, frozenset(DEAL_KINDS))
        return [_by_word(choice, word, general, own, values)]
    blocks = [_of_kind(choice, kind, amount, values) for kind, amount in own]
    if general is not None:
        missing = "sale" if not any(kind == "sale" for kind, _ in own) else "rent"
        said = says("deals", general.at.keys)
        if said is None and not own:
            warnings.append("deal_assumed")
        if not own or missing == "sale":
            kind = said or (_likely_kind(general) if not own else "sale")
            blocks.insert(0, _of_kind(choice, kind, general, values, assumed=said is None))
    return blocks


def _likely_kind(amount: Candidate) -> str:
    prices = sorted(number for number in amount.at.numbers if number)
    return "rent" if prices and prices[len(prices) // 2] < RENT_AT_MOST else "sale"


def _by_word(
    choice: Choice,
    word: Candidate,
    general: Candidate | None,
    own: list[tuple[str, Candidate]],
    values: dict[str, dict[str, str]],
) -> Json:
    """The word says which of the prices counts; a price for everything stands in for them."""
    fields: Json = {"deal": coded(word, "deals")}
    rules = [_amount(amount, **_when(word, kind, values["deals"])) for kind, amount in own]
    amounts = [amount for _, amount in own]
    if general is not None:
        rules.append(_amount(general))
        amounts.append(general)
    if rules:
        fields["amount"] = rules[0] if len(rules) == 1 else rules
        fields["on_request"] = rule(amounts[-1], {"name": "on_request"})
        fields |= _currency(choice, *amounts)
    elif (currency := choice.first("deals.currency")) is not None:
        fields["currency"] = rule(currency)
    fields |= _period_by_word(choice, word, amounts, values)
    return {"fields": fields}


def _period_by_word(
    choice: Choice, word: Candidate, amounts: list[Candidate], values: dict[str, dict[str, str]]
) -> Json:
    """A price to buy at is paid once, whatever a column for rents says beside it."""
    bought = [said for said, code in values["deals"].items() if code == "sale"]
    period = _period(choice, amounts, values)
    if not bought:
        return period
    once = constant("once", word.confidence) | {"when": {"path": word.path, "in": bought}}
    others = {"when": {"path": word.path, "not_in": bought}}
    return {"period": [once, period["period"] | others] if period else once}


def _when(word: Candidate, kind: str, table: dict[str, str]) -> Json:
    words = [said for said, code in table.items() if code == kind]
    return {"when": {"path": word.path, "in": words}} if words else {}


def _of_kind(
    choice: Choice,
    kind: str,
    amount: Candidate,
    values: dict[str, dict[str, str]],
    *,
    assumed: bool = False,
) -> Json:
    confidence = ASSUMED if assumed else amount.confidence
    fields: Json = {"deal": constant(kind, confidence), "amount": _amount(amount)}
    fields |= _currency(choice, amount)
    if kind == "sale":
        fields["period"] = constant("once", confidence)
    else:
        fields |= _period(choice, [amount], values) or _period_in_name(amount)
    conditions = [
        {"path": amount.path, "exists": True},
        {"path": amount.path, "not_in": list(ZEROS)},
    ]
    return {"when": conditions, "fields": fields}


def _amount(amount: Candidate, **more: object) -> Json:
    return rule(amount, ZERO_IS_UNKNOWN, *figure_first(amount.at), {"name": "price"}, **more)


def _currency(choice: Choice, *amounts: Candidate) -> Json:
    """From the cells themselves, a column or attribute of its own, or the price's name."""
    in_cells = [said for amount in amounts if (said := currency_in_cells(choice, amount))]
    if in_cells:
        return {"currency": in_cells[0] if len(in_cells) == 1 else in_cells}
    amount = amounts[0]
    own = [
        pair
        for keys, at in choice.profile.paths.items()
        for pair in choice.all("deals.currency")
        if pair.at is at and keys[:-1] == amount.at.keys
    ]
    found = own[0] if own else choice.first("deals.currency")
    beside = _attribute_of(choice, amount)
    if beside is not None:
        return {"currency": beside}
    if found is not None:
        return {"currency": rule(found)}
    if amount.name.currency is not None:
        return {"currency": constant(amount.name.currency, amount.confidence)}
    return {}


def _attribute_of(choice: Choice, amount: Candidate) -> Json | None:
    for keys, at in choice.profile.paths.items():
        beside = len(keys) > 1 and keys[:-1] == amount.at.keys
        if beside and at.share("currency") > 0.8:
            return {"path": at.path, "confidence": 0.9}
    return None


def _period(choice: Choice, amounts: list[Candidate], values: dict[str, dict[str, str]]) -> Json:
    period = choice.first("deals.period")
    if period is None:
        in_cells = period_in_cells(amounts, values)
        return {"period": in_cells} if in_cells else {}
    values["periods"] = table_of("periods", period.at, frozenset(PERIODS))
    return {"period": coded(period, "periods", unknown="ignore")} if values["periods"] else {}


def _period_in_name(amount: Candidate) -> Json:
    said = says("periods", amount.at.keys)
    if said is None or said == "once" or language_of(amount.at.keys) is not None:
        return {}
    return {"period": constant(said, amount.confidence)}

"""What stands beside the figure in the cells of prices: `1.200 €/Monat`, `12 500 kr`."""

import re

from webapp.offers.enums import PERIODS
from webapp.offers.proposals.choice import Candidate, Choice
from webapp.offers.proposals.rule_parts import Json, constant, rule
from webapp.offers.proposals.text_blocks import language_shown
from webapp.offers.proposals.word_lists import code_of
from webapp.offers.transforms.currencies import currency_in

LAST_WORD = r"(\p{L}+)\.?\s*$"
"""As the transform wants it; here a letter is what is no sign and no digit."""
LAST_WORD_HERE = re.compile(LAST_WORD.replace(r"\p{L}", r"[^\W\d_]"))
HOLDING = 0.3
"""The share of the cells that must say it."""
KRONA = re.compile(r"[0-9][\s.,-]*kr\b|\bkr\.?\s*[0-9]", re.IGNORECASE)
KRONA_OF = {"sv": "SEK", "da": "DKK", "nb": "NOK"}
SURE = 0.7


def currency_in_cells(choice: Choice, amount: Candidate) -> Json | None:
    words = [word for word in amount.at.seen if any(map(str.isdigit, word))]
    enough = HOLDING * max(1, len(words))
    if sum(currency_in(word) is not None for word in words) > enough:
        return rule(amount, {"name": "currency_in"})
    if sum(KRONA.search(word) is not None for word in words) > enough:
        # Three countries write kr; their languages differ.
        code = KRONA_OF.get(language_shown(choice) or "")
        return constant(code, SURE) if code else None
    return None


def period_in_cells(amounts: list[Candidate], values: dict[str, dict[str, str]]) -> Json | None:
    """From the last word of the first prices that end with one."""
    for amount in amounts:
        table: dict[str, str] = {}
        for cell in amount.at.seen:
            found = LAST_WORD_HERE.search(cell)
            code = code_of("periods", found[1]) if found else None
            if found and code in PERIODS:
                table[found[1]] = str(code)
        if table:
            values.setdefault("periods", {}).update(table)
            last = {"name": "extract", "params": {"pattern": LAST_WORD, "group": 1}}
            return rule(amount, last, values="periods", unknown="ignore")
    return None

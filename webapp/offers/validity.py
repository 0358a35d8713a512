"""Whether a feed that was read may be believed, and whether its removals need a person.

Pure rules with the numbers of DESIGN §6: a feed that arrived broken, short or strange brings
creates and updates, but withdraws nothing by itself.
"""

from dataclasses import dataclass
from statistics import median

# Share of records that must have the key fields (id, and whatever the offer can't live without).
KEYED_SHARE = 0.95
# Records now, compared with the median of the last valid runs.
COUNT_SHARE = 0.70


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What is known of a feed once every record of it has been dealt with."""

    read: int
    # Records without an id of their own, and records refused as offers.
    unidentified: int
    rejected: int
    # Ids the database remembers of this reading: fewer than read means a crash lost some.
    remembered: int
    read_to_the_end: bool
    declared: int | None
    earlier_counts: tuple[int, ...]
    # False for a delta: then neither its size nor its silence says anything.
    is_everything: bool = True
    # Records besides those read that are no offers for us; a vendor may announce them or not.
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason against believing a feed: a code, and the numbers of its sentence."""

    code: str
    seen: int
    expected: int


def incompleteness(facts: FeedFacts) -> list[Finding]:
    """Reasons why the feed did not arrive whole; any of them rules removals out."""
    findings = []
    if not facts.read_to_the_end:
        findings.append(Finding("broken_off", facts.read, facts.read))
    if facts.read == 0 and facts.is_everything:
        findings.append(Finding("no_records", 0, 1))
    identified = facts.read - facts.unidentified
    if facts.remembered != identified and facts.is_everything:
        findings.append(Finding("memory_lost", facts.remembered, identified))
    most = facts.read + facts.skipped
    if facts.declared is not None and not facts.read <= facts.declared <= most:
        findings.append(Finding("declared_count_differs", facts.read, facts.declared))
    return findings


def suspicions(facts: FeedFacts) -> list[Finding]:
    """Reasons why a whole feed is still strange; a person decides about its removals."""
    findings = []
    keyed = facts.read - facts.unidentified - facts.rejected
    if keyed < KEYED_SHARE * facts.read:
        findings.append(Finding("key_fields_missing", keyed, facts.read))
    if facts.earlier_counts and facts.is_everything:
        usual = int(median(facts.earlier_counts))
        # One offer fewer is business as usual, also for an agency that has three.
        if facts.read < COUNT_SHARE * usual and usual - facts.read > 1:
            findings.append(Finding("fewer_records_than_usual", facts.read, usual))
    return findings


def removals_need_a_person(*, newly_absent: int, due: int, live: int, hold_share: float) -> bool:
    """Whether more offers would go at once than the source's `hold_share` of its `live` ones.

    `newly_absent` were still in the last valid feed; `due` have been absent long enough to be
    withdrawn now. A single offer never waits for a person.
    """
    at_once = max(newly_absent, due)
    return at_once > 1 and at_once > hold_share * live

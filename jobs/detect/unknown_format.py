"""A proposed mapping for a file that no preset fits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jobs.detect.whole_file import IdCheck, Sampled, Watch, compare_ids, sampled
from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.ids import IdCandidate, id_candidates
from webapp.offers.proposals.name_pairs import pairs_in
from webapp.offers.proposals.profile import Profile, profile_of
from webapp.offers.proposals.proposal import proposed_mapping
from webapp.offers.reading import Reading

LOOK_AT = 40
FEW_DUPLICATES = 0.05
AS_SURE = 0.2
"""How much less sure the name of another id may be that counts no positions."""


@dataclass(slots=True)
class Proposed:
    document: MappingDocument
    profile: Profile
    found: Sampled
    id_check: IdCheck
    id_checks: list[IdCheck]
    """Of all candidates."""
    confidence: float
    warnings: list[str] = field(default_factory=list)


def proposed_format(
    files: Sequence[SpooledFile], readings: Sequence[Reading], watch: Watch = iter
) -> Proposed | None:
    """From the reading that holds the most of an offer; None when none of them has an id."""
    best: tuple[float, Reading] | None = None
    for given in readings[:3]:
        reading = given
        try:
            samples = sampled(files[:1], reading, LOOK_AT).samples
            if reading.container in ("json", "jsonl") and (pairs := pairs_in(samples)):
                reading = reading.model_copy(update={"pairs": pairs})
                samples = sampled(files[:1], reading, LOOK_AT).samples
        except PermanentError:
            continue
        candidates = id_candidates(profile_of(samples)) if samples else []
        if candidates:
            proposal = proposed_mapping(
                profile_of(samples), reading, (candidates[0].path,)
            ).document
            worth = _worth(proposal)
            if best is None or worth > best[0] + 2:
                best = (worth, reading)
    return _proposed(files, best[1], watch) if best else None


def _proposed(files: Sequence[SpooledFile], reading: Reading, watch: Watch) -> Proposed:
    found = sampled(files, reading)
    profile = profile_of(found.samples)
    candidates = id_candidates(profile)
    composite = _composite(candidates)
    paths = [candidate.path for candidate in candidates] + composite
    checks = compare_ids(found, paths, watch)
    check = _best_id(candidates, checks)
    complete = found.facts.reading or reading
    proposal = proposed_mapping(profile, _without_working(complete, reading), (check.path,))
    return Proposed(
        proposal.document,
        profile,
        found,
        check,
        checks,
        round(min(1.0, _worth(proposal.document) / 12), 2),
        proposal.warnings,
    )


def _best_id(candidates: Sequence[IdCandidate], checks: Sequence[IdCheck]) -> IdCheck:
    """The best name among those that differ in every record; positions are the last choice."""
    names = {candidate.path: candidate.confidence for candidate in candidates}
    unique = [check for check in checks if not check.missing and not check.duplicates]
    if unique:
        best = unique[0]
        if best.counts_up:
            others = [
                check
                for check in unique[1:]
                if not check.counts_up
                and names.get(check.path, 0.0) >= names.get(best.path, 0.0) - AS_SURE
            ]
            best = others[0] if others else best
        # A good name with few repetitions is better than a poor one without any.
        first = checks[0]
        total = len(first.hashes) + first.missing
        poor = names.get(best.path, 0.0) < 0.5 <= names.get(first.path, 0.0)
        if poor and first.duplicates + first.missing <= FEW_DUPLICATES * total:
            return first
        return best
    return min(checks, key=lambda check: check.duplicates + check.missing)


def _composite(candidates: Sequence[IdCandidate]) -> list[str]:
    """Two paths together, for feeds in which none is enough: `join` of JMESPath."""
    if len(candidates) < 2:
        return []
    one, other = candidates[0].quoted, candidates[1].quoted
    return [f"join('-', [to_string({one}), to_string({other})])"]


def _worth(document: MappingDocument) -> float:
    fields = sum(getattr(rule, "confidence", None) or 0.5 for rule in document.fields.values())
    return fields + 2 * len(document.deals[:1]) + len(document.texts[:1]) + len(document.media[:1])


def _without_working(complete: Reading, given: Reading) -> Reading:
    """What was worked out is kept where another file of the same vendor would be read alike."""
    if given.container in ("xml", "json", "jsonl"):
        return given
    return complete

"""What a person decides about a source, as plain facts for the audit log: before and after a change
are two of these, and only what differs is kept. No secret is among them."""

from typing import Any

from webapp.fetching import Fetching
from webapp.masking import masked_url
from webapp.models import Source
from webapp.services.credentials import (
    CredentialsUnreadable,
    SourceCredentials,
    credentials_of,
)

Facts = dict[str, Any]


def settings_facts(source: Source) -> Facts:
    fetching = Fetching.model_validate(source.fetching)
    decided = fetching.model_dump(mode="json", include={"pick", "paging", "own_certificate"})
    credentials = known_credentials(source)
    return {
        "name": source.name,
        "location": masked_url(source.location),
        "credentials": [credentials.kind, credentials.name] if credentials else None,
        **decided,
        "schedule": [source.schedule_kind, source.schedule_value, source.timezone],
        "absent_runs": source.absent_runs,
        "hold_share": source.hold_share,
        "max_bytes": source.max_bytes,
        "preset": source.preset,
    }


def known_credentials(source: Source) -> SourceCredentials | None:
    """None too where nobody can read them any more."""
    try:
        return credentials_of(source)
    except CredentialsUnreadable:
        return None


def differences(before: Facts, after: Facts) -> dict[str, Facts]:
    """`{"before": {…}, "after": {…}}` of what is not the same; {} where all is."""
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return {}
    return {
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }

"""What is shown of a trial's fetch: what the vendor's server sent, feed or not."""

from collections.abc import Collection
from typing import Any

from jobs.errors import PipelineError
from jobs.fetch.request import Fetched
from jobs.fetch.spool import HEAD_BYTES
from jobs.first_lines import first_lines

MOST_NAMES = 50


def arrival_facts(fetched: Fetched, secrets: Collection[str]) -> dict[str, Any]:
    with fetched.files[0].path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return {
        "status": fetched.http_status or None,
        "bytes": fetched.bytes,
        "content_type": fetched.content_type,
        "seconds": round(fetched.seconds, 3),
        "final_url": fetched.final_url,
        "files": [file.name for file in fetched.files[:MOST_NAMES]],
        "first_lines": first_lines(head, secrets),
    }


def refusal_facts(
    error: PipelineError, seconds: float, secrets: Collection[str]
) -> dict[str, Any] | None:
    """None when nothing came at all."""
    if error.http_status is None and not error.head:
        return None
    return {
        "status": error.http_status,
        "bytes": len(error.head),
        "content_type": error.content_type,
        "seconds": round(seconds, 3),
        "final_url": error.place,
        "files": [],
        "first_lines": first_lines(error.head, secrets),
    }

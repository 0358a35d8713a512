"""What an offer job came with: a run of its source's feed, or a delivery of its webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    source_id: int
    run_id: int | None = None
    delivery_id: int | None = None

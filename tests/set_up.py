"""Sources in the middle of their set-up, with what workers would have left: looks, samples, dry
runs, made straight in the tables."""

from typing import Any

import orjson
import zstandard

from webapp.extensions import db
from webapp.models import (
    Agency,
    Source,
    SourceSample,
    Trial,
    TrialKind,
    TrialState,
    User,
    utc_now,
)
from webapp.offers.mapping_document import as_data
from webapp.offers.proposals.profile import profile_of
from webapp.presets import load_preset
from webapp.services.drafts import begin_draft
from webapp.services.feed_addresses import FeedAddress
from webapp.services.source_setup import begin_setup

LOCATION = "https://feeds.example/harbour.xml"
RECORD = {
    "id": "H-1",
    "ref": "HB-1",
    "price": "185000",
    "currency": "EUR",
    "price_freq": "sale",
    "type": "Villa",
    "town": "Puerto Lirio",
    "desc": {"en": "A bright villa.", "es": "Una villa luminosa."},
    "images": {
        "image": [
            {"@id": "1", "url": "https://img.example/1.jpg"},
            {"@id": "2", "url": "https://img.example/2.jpg"},
        ]
    },
}
FETCH = {
    "status": 200,
    "bytes": 412_300,
    "content_type": "application/xml",
    "seconds": 1.4,
    "final_url": LOCATION,
    "files": ["harbour.xml"],
    "first_lines": ['<?xml version="1.0" encoding="utf-8"?>', "<root>", "  <kyero>"],
}
DETECTED = {
    "container": "xml",
    "archive": None,
    "encoding": "utf-8",
    "dialect": None,
    "record_path": "/root/property",
    "records": 133,
    "declared_count": None,
    "complete": True,
    "preset": "kyero_v3",
    "confidence": 0.98,
    "id_path": "id",
    "id_unique": True,
    "ids_are_positions": False,
    "duplicates": 0,
    "proposed": {},
    "warnings": [],
}
COUNTS = {
    "read": 133, "created": 120, "updated": 2, "unchanged": 0, "rejected": 11, "failed": 0,
    "superseded": 0, "withdrawn": 0, "missing": 0, "held": 0,
}  # fmt: skip


def make_setup(agency: Agency, user: User, location: str = LOCATION) -> Source:
    """One that only has its address."""
    source = begin_setup(agency, "Harbour CRM", FeedAddress(location), user)
    db.session.flush()
    return source


def make_look(source: Source, state: str = TrialState.DONE, **changes: Any) -> Trial:
    """One that recognised Kyero, with its sample of three records; `detected` and `result` change
    what it found."""
    detected = DETECTED | changes.pop("detected", {})
    result = {
        "fetch": FETCH,
        "detected": detected,
        "document": as_data(load_preset("kyero_v3"))
        | ({} if detected["preset"] else {"name": "proposed", "title": ""}),
        "ids": [
            {"path": "id", "present": 1.0, "distinct": 133, "duplicates": 0, "positions": False},
            {"path": "ref", "present": 0.9, "distinct": 118, "duplicates": 2, "positions": False},
        ],
        "record_paths": [{"path": "/root/property", "records": 133}],
        "presets": [{"name": "kyero_v3", "title": "Kyero", "confidence": 0.98}],
    } | changes.pop("result", {})
    trial = Trial(
        agency_id=source.agency_id,
        source_id=source.id,
        kind=TrialKind.LOOK,
        state=state,
        result=result if state == TrialState.DONE else changes.pop("failed_with", None),
        finished_at=utc_now() if state == TrialState.DONE else None,
    )
    for name, value in changes.items():
        setattr(trial, name, value)
    db.session.add(trial)
    if state == TrialState.DONE:
        make_sample(source)
    db.session.flush()
    return trial


def make_sample(source: Source, records: list[dict[str, Any]] | None = None) -> None:
    records = records or [RECORD | {"id": f"H-{number}"} for number in (1, 2, 3)]
    profile = profile_of(records)
    db.session.merge(
        SourceSample(
            source_id=source.id,
            records=zstandard.compress(orjson.dumps(records)),
            profile=[at.described(profile.records) for at in profile.paths.values()],
            looked_at=len(records),
        )
    )


def make_draft(source: Source, user: User) -> None:
    begin_draft(source, load_preset("kyero_v3"), user, "Kyero, as the feed was recognised")


def make_dry_run(source: Source, state: str = TrialState.DONE, **changes: Any) -> Trial:
    """Of the draft that `make_draft` begins."""
    examples = {
        "created": [
            {"external_id": "H-1", "title": "A bright villa", "price": "185000", "currency": "EUR"},
        ],
        "updated": [
            {
                "external_id": "H-2",
                "title": "Plot <b>by the sea</b>",
                "price": "90000",
                "currency": "EUR",
                "changes": {"areas.plot": [600, 640]},
            }
        ],
        "rejected": [
            {
                "external_id": "",
                "position": 17,
                "problems": [
                    {
                        "code": "missing_id",
                        "field": "external_id",
                        "message": "This record has no id.",
                        "raw": "<i>?</i>",
                    }
                ],
            }
        ],
    }
    summary = COUNTS | {
        "verdict": "suspicious",
        "reasons": [{"code": "key_fields_missing", "seen": 122, "expected": 133}],
        "error": None,
        "problems": {"missing_id": 11, "missing_price": 4},
    }
    result = {"summary": summary, "examples": examples, "seconds": 0.8}
    trial = Trial(
        agency_id=source.agency_id,
        source_id=source.id,
        kind=TrialKind.DRY_RUN,
        state=state,
        document=as_data(load_preset("kyero_v3")),
        result=result if state == TrialState.DONE else None,
        finished_at=utc_now() if state == TrialState.DONE else None,
    )
    for name, value in changes.items():
        setattr(trial, name, value)
    db.session.add(trial)
    db.session.flush()
    return trial


def make_begun(agency: Agency, user: User) -> dict[str, Any]:
    """A source at the last step of its set-up: looked at, with a draft, tried."""
    source = make_setup(agency, user)
    make_look(source)
    make_draft(source, user)
    trial = make_dry_run(source)
    db.session.commit()
    return {"begun": source, "trial": trial}

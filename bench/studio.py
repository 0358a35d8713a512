"""`python -m bench.studio`: how long the mapping studio takes from a change to the page that shows
it, with a record of 12 kB and a mapping of 60 rules."""

import re
import time
from itertools import cycle, islice
from statistics import median
from typing import Any

import orjson
import zstandard

from bench.pages import p95
from bench.person import Person, admin_at_the_web
from bench.report import Figure, at_most, figures_table
from bench.world import World, world
from webapp.extensions import db
from webapp.models import Source, SourceSample
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.profile import profile_of
from webapp.services.mappings import add_version

CHANGES = 200
RULES = 60
BAR_MS = 150
PATHS = ("own_1", "own_2", "own_3", "own_4", "own_5")


def sample_record(number: int) -> dict[str, Any]:
    """About 12,000 bytes as JSON, in short fields, texts and pictures."""
    record: dict[str, Any] = {f"own_{at}": f"value {at} of {number}" for at in range(100)}
    pictures = [{"url": f"https://img.example/{number}/{at}.jpg"} for at in range(75)]
    words = "A bright home ten minutes on foot from the harbour. "
    record |= {"id": f"B-{number}", "price": "185000", "images": {"image": pictures}}
    record["desc"] = {lang: words * 30 for lang in ("en", "es", "de", "fr")}
    return record


def mapping_of(rules: int) -> dict[str, Any]:
    text = [{"name": "repair"}, {"name": "text"}]
    own = {f"extra.own_{at}": {"path": f"own_{at}", "transforms": text} for at in range(rules - 6)}
    return {
        "format": 1,
        "name": "bench",
        "reading": {"container": "xml", "record_paths": ["/root/home"]},
        "id": ["id"],
        "fields": own,
        "deals": [{"fields": {"deal": {"constant": "sale"}, "amount": {"path": "price"}}}],
        "texts": [{"by_language": {"description": "desc"}}],
        "media": [{"each": ["images.image"], "fields": {"url": {"path": "url"}}}],
    }


def make_source(house: World) -> int:
    id = house.source("Studio bench", "https://feeds.example/bench.xml")
    records = [sample_record(number) for number in range(50)]
    profile = profile_of(records)
    with house.app.app_context():
        source = db.session.get_one(Source, id)
        add_version(source, MappingDocument.model_validate(mapping_of(RULES)), None)
        db.session.add(
            SourceSample(
                source_id=id,
                records=zstandard.compress(orjson.dumps(records)),
                profile=[at.described(profile.records) for at in profile.paths.values()],
                looked_at=len(records),
            )
        )
        db.session.commit()
    return id


def time_changes(person: Person, source_id: int) -> tuple[list[float], int]:
    """Seconds of each change, as htmx sends it, and the bytes of the last answer."""
    page = f"/sources/{source_id}/mapping/fields/construction"
    form = person.form_of(page)
    seconds: list[float] = []
    size = 0
    for path in islice(cycle(PATHS), CHANGES):
        began = time.perf_counter()
        answer = person.send_fragment(page, {**form, "path": path, "transform": "upper"})
        seconds.append(time.perf_counter() - began)
        size = len(answer)
        found = re.search(r'name="at_step" value="(\d+)"', answer)
        if found is None:
            raise RuntimeError("The studio did not answer with its next step.")
        form["at_step"] = found[1]
    return seconds, size


def main() -> None:
    size = len(orjson.dumps(sample_record(1)))
    with world() as house:
        person = admin_at_the_web(house)
        seconds, answered = time_changes(person, make_source(house))
    note = (
        f"median {median(seconds) * 1000:.0f}, record of {size:,} bytes, {RULES} rules, "
        f"answer of {answered:,} characters"
    )
    figures: list[Figure] = [
        at_most("studio: a change and its preview, p95", p95(seconds) * 1000, BAR_MS, "ms", note)
    ]
    print(figures_table(figures))


if __name__ == "__main__":
    main()

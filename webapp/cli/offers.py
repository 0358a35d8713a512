"""`flask offers` and `flask schema`: canonical offers for whoever reads our JSON."""

from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy import collate, select

from webapp.cli.named_source import source_named
from webapp.cli.output import in_application, print_json
from webapp.extensions import db
from webapp.models import Lifecycle, Offer
from webapp.offers.canonical import canonical_schema

CHUNK = 500


@click.command("offers")
@click.option("--source", required=True, help="The source's short name or name.")
@click.option("--agency", help="Its agency, where two agencies have a source of that name.")
@click.option("--jsonl", is_flag=True, help="One canonical offer a line, as JSON.")
@in_application
def list_offers(source: str, agency: str | None, jsonl: bool) -> None:
    """Print a source's offers, ordered by their ids."""
    for offer in canonical_offers(source_named(source, agency).id):
        if jsonl:
            print_json(offer)
        else:
            click.echo(f"{offer['external_id']}\t{offer['status']}\t{offer['type']}")


def canonical_offers(source_id: int) -> Iterator[dict[str, Any]]:
    """A chunk at a time from the server, whatever their number."""
    # The order of code points: the same on every server, whatever its language.
    statement = (
        select(Offer.data, Offer.lifecycle)
        .where(Offer.source_id == source_id)
        .order_by(collate(Offer.external_id, "C"))
        .execution_options(yield_per=CHUNK)
    )
    names = canonical_schema()["properties"]
    for data, lifecycle in db.session.execute(statement):
        if lifecycle == Lifecycle.WITHDRAWN:
            data["status"] = "withdrawn"
        # JSONB forgets the order of keys.
        yield {name: data[name] for name in names if name in data}


@click.command("schema")
def schema() -> None:
    """Print the JSON schema of a canonical offer."""
    print_json(canonical_schema())

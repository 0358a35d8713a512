"""`flask problems`: what is wrong with a source's records now."""

from collections.abc import Iterator

import click
import orjson
from sqlalchemy import func, select

from webapp.cli.named_source import source_named
from webapp.cli.output import in_application
from webapp.extensions import db
from webapp.models import OfferProblem, Source
from webapp.offers.problems import PROBLEMS

CHUNK = 500


@click.command("problems")
@click.option("--source", "source_words", required=True, help="The source's short name or name.")
@click.option("--agency", help="Its agency, where two agencies have a source of that name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@in_application
def list_problems(source_words: str, agency: str | None, as_json: bool) -> None:
    """Print a source's problems in the order of its feed."""
    source = source_named(source_words, agency)
    if as_json:
        _print_object(source)
        return
    for found in problems_of(source):
        place = f"record {found.position}" + (f", line {found.line}" if found.line else "")
        click.echo(f"{found.external_id or '(no id)'}\t{place}\t{found.code}\t{found.message}")


def problems_of(source: Source) -> Iterator[OfferProblem]:
    """A chunk at a time from the server, whatever their number."""
    statement = (
        select(OfferProblem)
        .where(OfferProblem.source_id == source.id)
        .order_by(OfferProblem.position, OfferProblem.id)
        .execution_options(yield_per=CHUNK)
    )
    yield from db.session.scalars(statement)


def problem_counts(source_id: int) -> dict[str, int]:
    """How many problems of each code the source has now."""
    counted = db.session.execute(
        select(OfferProblem.code, func.count())
        .where(OfferProblem.source_id == source_id)
        .group_by(OfferProblem.code)
        .order_by(OfferProblem.code)
    )
    return {code: count for code, count in counted}


def _print_object(source: Source) -> None:
    """One JSON object, written as its rows arrive."""
    head = {
        "agency": source.agency.slug,
        "source": source.slug,
        "counts": problem_counts(source.id),
    }
    click.echo(orjson.dumps(head)[:-1] + b',"problems":[', nl=False)
    separator = b""
    for found in problems_of(source):
        click.echo(separator + orjson.dumps(_facts(found)), nl=False)
        separator = b","
    click.echo(b"]}")


def _facts(found: OfferProblem) -> dict[str, object]:
    kind = PROBLEMS.get(found.code)
    return {
        "external_id": found.external_id,
        "position": found.position,
        "line": found.line,
        "code": found.code,
        "severity": found.severity,
        "field": found.field,
        "raw": found.raw,
        "message": found.message,
        "hint": kind.hint if kind else "",
        "run": found.run_id,
        "delivery": found.delivery_id,
    }

"""`flask runs`: the latest runs of a source."""

import click
from sqlalchemy import select

from webapp.cli.named_source import source_named
from webapp.cli.output import in_application, print_json
from webapp.cli.run_facts import run_facts
from webapp.extensions import db
from webapp.models import Run


@click.command("runs")
@click.option("--source", "source_words", required=True, help="The source's short name or name.")
@click.option("--agency", help="Its agency, where two agencies have a source of that name.")
@click.option("--last", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@in_application
def list_runs(source_words: str, agency: str | None, last: int, as_json: bool) -> None:
    """Print a source's runs, the latest first."""
    source = source_named(source_words, agency)
    runs = db.session.scalars(
        select(Run).where(Run.source_id == source.id).order_by(Run.id.desc()).limit(last)
    )
    if as_json:
        rows = [
            {
                **run_facts(run),
                "trigger": run.trigger,
                "started_at": run.started_at,
                "finished_at": run.finished_at,
                "hint": run.error_hint,
                "place": run.error_place,
            }
            for run in runs
        ]
        print_json({"agency": source.agency.slug, "source": source.slug, "runs": rows})
        return
    for run in runs:
        counts = f"{run.read} read, {run.created} created, {run.updated} updated"
        failed = run.rejected + run.failed + run.quarantined
        click.echo(f"{run.id}\t{run.state}\t{run.verdict or '-'}\t{counts}, {failed} refused")

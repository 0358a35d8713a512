"""The commands that run the pipeline: `flask detect` and `flask import`."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from jobs.detect import detect_feed
from jobs.errors import PipelineError
from jobs.run_here import run_here
from webapp.cli.output import print_json, refuse
from webapp.config import Config
from webapp.extensions import db
from webapp.models import OfferProblem, Run, RunState, Trigger, Verdict
from webapp.presets import preset_names
from webapp.services.runs import RunAlreadyOpen, start_run
from webapp.services.file_sources import source_for_files

FEED = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def register(app: Flask) -> None:
    """Add the pipeline's commands to `flask`."""
    app.cli.add_command(detect)
    app.cli.add_command(import_file)


@click.command()
@click.argument("file", type=FEED)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@with_appcontext
def detect(file: Path, as_json: bool) -> None:
    """Say what kind of feed FILE is, without importing anything."""
    try:
        found = detect_feed(file)
    except PipelineError as error:
        refuse(str(error))
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")


@click.command("import")
@click.argument("file", type=FEED)
@click.option("--agency", required=True, help="The agency's slug; made if it is new.")
@click.option("--source", "source_slug", required=True, help="The source's slug; made if new.")
@click.option("--preset", default="auto", help="A preset's name, or auto.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@with_appcontext
def import_file(
    file: Path, agency: str, source_slug: str, preset: str, as_json: bool
) -> None:
    """Import FILE into a source, with workers in this process, until the run is finished."""
    config: Config = current_app.config["OFFERDOCK"]
    try:
        chosen = _chosen_preset(file, preset)
        source = source_for_files(agency, source_slug, chosen)
        run = start_run(source, trigger=Trigger.FILE, file_path=str(file.resolve()))
    except (PipelineError, RunAlreadyOpen) as error:
        refuse(str(error))
    db.session.commit()
    run = run_here(run.id, config)
    summary = run_summary(run)
    if as_json:
        print_json(summary)
    else:
        for name, value in summary.items():
            click.echo(f"{name}: {value}")
    if run.state in (RunState.FAILED, RunState.CANCELLED) or run.verdict == Verdict.INCOMPLETE:
        refuse(f"{run.error_message} {run.error_hint}")


def _chosen_preset(file: Path, preset: str) -> str:
    if preset == "auto":
        found = detect_feed(file)["preset"]
        if found is None:
            refuse("No preset fits this file; name one with --preset.")
        return str(found)
    if preset not in preset_names():
        refuse(f"There is no preset {preset}. There are: {', '.join(preset_names())}.")
    return preset


def run_summary(run: Run) -> dict[str, object]:
    began, ended = run.started_at or run.created_at, run.finished_at or run.created_at
    problems = db.session.execute(
        select(OfferProblem.code, func.count())
        .where(OfferProblem.source_id == run.source_id)
        .group_by(OfferProblem.code)
        .order_by(OfferProblem.code)
    )
    counters = (
        "read", "created", "updated", "unchanged", "superseded", "rejected", "failed",
        "quarantined", "missing", "withdrawn", "held",
    )  # fmt: skip
    return {
        "run": run.id,
        "state": run.state,
        "verdict": run.verdict,
        **{name: getattr(run, name) for name in counters},
        "reasons": run.verdict_reasons,
        "error": run.error_message,
        "problems": {code: count for code, count in problems},
        "seconds": round((ended - began).total_seconds(), 3),
    }

"""The commands that run the pipeline: `flask detect` and `flask import`."""

from pathlib import Path
from time import monotonic

import click
from flask import Flask, current_app

from jobs.detect import detect_feed
from jobs.detect.for_source import Chosen, mapping_for
from jobs.dry_finish import dry_run_summary
from jobs.dry_import import dry_import
from jobs.errors import PipelineError
from jobs.run_here import run_here
from webapp.cli.output import in_application, print_json, refuse
from webapp.cli.problems import problem_counts
from webapp.cli.run_facts import run_facts
from webapp.config import Config
from webapp.extensions import db
from webapp.models import RunState, Source, Trigger, Verdict
from webapp.presets import preset_names
from webapp.services.accounts import AccountRefused
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.file_sources import known_source, source_for_files
from webapp.services.runs import RunAlreadyOpen, start_run


def register(app: Flask) -> None:
    """Add the pipeline's commands to `flask`."""
    app.cli.add_command(detect)
    app.cli.add_command(import_file)


@click.command()
@click.argument("file", type=Path)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--profile", "with_profile", is_flag=True, help="Also what each path holds.")
@in_application
def detect(file: Path, as_json: bool, with_profile: bool) -> None:
    """Say what kind of feed FILE is, without importing anything."""
    try:
        found = detect_feed(readable(file), _max_bytes())
    except PipelineError as error:
        refuse(str(error))
    _print(found.as_json(with_profile=with_profile), as_json)


@click.command("import")
@click.argument("file", type=Path)
@click.option("--agency", required=True, help="The agency's short name; made if it is new.")
@click.option("--source", required=True, help="The source's short name; made if it is new.")
@click.option("--preset", default="auto", help="A preset's name, or auto.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Read and count; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@in_application
def import_file(
    file: Path, agency: str, source: str, preset: str, is_dry: bool, as_json: bool
) -> None:
    """Import FILE into a source, with workers in this process, until the run is finished."""
    try:
        chosen = _chosen(readable(file), preset, known_source(agency, source))
        if is_dry:
            _show_dry_run(file, agency, source, chosen, as_json)
        else:
            _import(file, agency, source, chosen, as_json)
    except (PipelineError, RunAlreadyOpen, AccountRefused, CredentialsUnreadable) as error:
        refuse(str(error))


def readable(file: Path) -> Path:
    """The file, or the end of the command with the reason why it can't be read."""
    try:
        with file.open("rb"):
            return file
    except OSError as error:
        refuse(f"{file} can't be read: {error.strerror}. Check the path and its permissions.")


def _chosen(file: Path, preset: str, source: Source | None) -> Chosen:
    if preset == "auto":
        return mapping_for(file, source, _max_bytes())
    if preset not in preset_names():
        refuse(f"There is no preset {preset}. There are: {', '.join(preset_names())}.")
    return Chosen(preset)


def _max_bytes() -> int:
    config: Config = current_app.config["OFFERDOCK"]
    return config.max_feed_bytes


def _import(file: Path, agency: str, source: str, chosen: Chosen, as_json: bool) -> None:
    config: Config = current_app.config["OFFERDOCK"]
    made = source_for_files(agency, source, chosen.preset, chosen.proposed)
    run = start_run(made, trigger=Trigger.FILE, file_path=str(file.resolve()))
    db.session.commit()
    run = run_here(run.id, config)
    facts = run_facts(run)
    seconds = facts.pop("seconds")
    _print({**facts, "problems": problem_counts(run.source_id), "seconds": seconds}, as_json)
    if run.state in (RunState.FAILED, RunState.CANCELLED) or run.verdict == Verdict.INCOMPLETE:
        refuse(_why(run.error_message, run.error_place, run.error_hint))


def _show_dry_run(file: Path, agency: str, source: str, chosen: Chosen, as_json: bool) -> None:
    config: Config = current_app.config["OFFERDOCK"]
    began = monotonic()
    run = dry_import(file, known_source(agency, source), chosen.preset, config, chosen.proposed)
    summary = dry_run_summary(run)
    _print({**summary, "seconds": round(monotonic() - began, 3)}, as_json)
    if run.error is not None:
        refuse(str(run.error))
    if summary["verdict"] == Verdict.INCOMPLETE:
        refuse(_why(None, None, None))


def _why(message: str | None, place: str | None, hint: str | None) -> str:
    where = f" ({place})" if place else ""
    said = message or "The feed did not arrive whole, so nothing was taken as gone."
    return f"{said}{where} {hint or ''}".strip()


def _print(facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")

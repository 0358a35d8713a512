"""`flask demo`: an agency with sources over the demo vendor, to look at and to play with."""

from typing import NamedTuple

import click
from sqlalchemy import select

from webapp.cli.output import in_application, print_json, refuse
from webapp.extensions import db
from webapp.models import Agency, ScheduleKind, Source, Trigger
from webapp.schedules import Schedule
from webapp.services.accounts import create_agency
from webapp.services.credentials import CredentialKind, SourceCredentials
from webapp.services.locations import location_of, set_location
from webapp.services.runs import start_run
from webapp.services.sources import SourceSettings, create_source, pause_source

AGENCY = "Marisol Homes"
VENDOR = "http://127.0.0.1:8087"
PRESET = "kyero_v3"


class DemoSource(NamedTuple):
    name: str
    path: str
    minutes: int
    credentials: SourceCredentials | None = None
    is_paused: bool = False


SOURCES = (
    DemoSource("Costa Clara", "/kyero/costa-clara.xml?offers=133&changed=0.05&churn=0.5", 5),
    DemoSource("Puerto Viejo", "/kyero/puerto-viejo.xml?offers=40&changed=0.2", 1),
    DemoSource("Bahía Azul", "/kyero/bahia-azul.xml?offers=480&changed=0.02&bad=0.02", 15),
    DemoSource(
        "Sierra y Mar",
        "/protected/kyero/sierra-y-mar.xml?offers=60",
        60,
        SourceCredentials(CredentialKind.BASIC, "demo", "demo"),
        is_paused=True,
    ),
)


@click.command("demo")
@click.option("--vendor", default=VENDOR, show_default=True, help="Where the demo vendor answers.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@in_application
def demo(vendor: str, as_json: bool) -> None:
    """Make the demo agency and its sources; those that are there stay as they are."""
    if not vendor.startswith(("http://", "https://")):
        refuse(f"{vendor} is no web address; begin with http://.")
    sources = register_demo(vendor.rstrip("/"))
    db.session.commit()
    if as_json:
        print_json({"agency": sources[0].agency.slug, "sources": [one.slug for one in sources]})
        return
    click.echo(f"{AGENCY}: {', '.join(source.name for source in sources)}.")
    host = vendor.partition("://")[2]
    click.echo(
        "`make run` runs their vendor. Without it: `python -m demo.vendor`, and workers with "
        f"ALLOWED_PRIVATE_HOSTS={host}.",
        err=True,
    )


def register_demo(vendor: str) -> list[Source]:
    """The demo's sources, each reading from `vendor` from now on. Flushes."""
    agency = db.session.scalar(select(Agency).where(Agency.name == AGENCY)) or create_agency(AGENCY)
    return [_registered(agency, wanted, vendor) for wanted in SOURCES]


def _registered(agency: Agency, wanted: DemoSource, vendor: str) -> Source:
    """A source that is there keeps what a person changed; only the vendor's address follows."""
    source = db.session.scalar(
        select(Source).where(Source.agency_id == agency.id, Source.name == wanted.name)
    )
    if source is not None:
        _follow(source, wanted, vendor)
        return source
    schedule = Schedule(ScheduleKind.INTERVAL, str(wanted.minutes))
    settings = SourceSettings(
        wanted.name, vendor + wanted.path, PRESET, schedule, wanted.credentials
    )
    source = create_source(agency, settings)
    if wanted.is_paused:
        start_run(source, trigger=Trigger.SCHEDULE)
        pause_source(source)
    return source


def _follow(source: Source, wanted: DemoSource, vendor: str) -> None:
    location = location_of(source)
    if location.endswith(wanted.path) and location != vendor + wanted.path:
        set_location(source, vendor + wanted.path)

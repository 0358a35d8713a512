"""Which source a command means: by short name or name, and by agency where two have the same."""

from sqlalchemy import or_, select

from webapp.cli.output import refuse
from webapp.extensions import db
from webapp.models import Agency, Source

MOST_LISTED = 20


def source_named(words: str, agency_words: str | None) -> Source:
    """The source, or the end of the command with a sentence."""
    statement = (
        select(Source)
        .join(Agency, Source.agency_id == Agency.id)
        .where(or_(Source.slug == words, Source.name == words))
        .order_by(Agency.slug, Source.slug)
    )
    if agency_words is not None:
        statement = statement.where(or_(Agency.slug == agency_words, Agency.name == agency_words))
    found = db.session.scalars(statement).all()
    if len(found) == 1:
        return found[0]
    if found:
        agencies = ", ".join(dict.fromkeys(source.agency.slug for source in found))
        refuse(
            f"More than one source is called {words}; name its agency with --agency: {agencies}."
        )
    refuse(f"There is no source {words}{_known_sources(agency_words)}")


def _known_sources(agency_words: str | None) -> str:
    statement = select(Agency.slug, Source.slug).join(Agency, Source.agency_id == Agency.id)
    if agency_words is not None:
        agency = db.session.scalar(
            select(Agency.id).where(or_(Agency.slug == agency_words, Agency.name == agency_words))
        )
        if agency is None:
            return f": there is no agency {agency_words}."
        statement = statement.where(Source.agency_id == agency)
    found = db.session.execute(statement.order_by(Agency.slug, Source.slug).limit(MOST_LISTED))
    known = ", ".join(f"{source} (of {agency})" for agency, source in found)
    return f". There are: {known}." if known else ": there are no sources yet."

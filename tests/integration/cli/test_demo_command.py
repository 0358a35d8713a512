"""`flask demo`: the same sources however often it is asked for, and what people changed is kept."""

from cli_answers import Flasks
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

SOURCES = ["costa-clara", "puerto-viejo", "bahia-azul", "sierra-y-mar"]


def test_the_demo_is_made_once_and_follows_its_vendor(
    flask: Flasks, session: scoped_session[Session]
) -> None:
    assert flask("demo", "--json").json == {"agency": "marisol-homes", "sources": SOURCES}
    session.execute(text("UPDATE sources SET schedule_value = '45' WHERE slug = 'costa-clara'"))
    session.commit()
    again = flask("demo", "--vendor", "http://127.0.0.1:9999", "--json")
    assert again.json["sources"] == SOURCES
    session.rollback()
    found = session.execute(
        text("SELECT schedule_value, location, status FROM sources ORDER BY id")
    ).all()
    assert [row.schedule_value for row in found] == ["45", "1", "15", "60"]
    assert all(row.location.startswith("http://127.0.0.1:9999/") for row in found)
    assert [row.status for row in found] == ["active", "active", "active", "paused"]

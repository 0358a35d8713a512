"""Headers, tokens, cross-site requests, scoping and error pages."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_login import login_user
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.exceptions import NotFound

from tests.people import log_in, make_admin, make_agency, make_user
from webapp import access, create_app, security
from webapp.access import public
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Agency, Role, Source

Db = scoped_session[Session]


def test_every_answer_has_the_headers_that_close_the_browser_down(client: FlaskClient) -> None:
    for address in ("/login", "/nothing", "/users", "/static/js/app.js"):
        with client.get(address) as answer:
            for name, value in security.HEADERS.items():
                assert answer.headers[name] == value, (address, name)


def test_the_policy_forbids_inline_and_foreign_scripts() -> None:
    assert security.CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def test_no_template_has_inline_script_style_or_handlers(app: Flask) -> None:
    assert app.jinja_env.loader is not None
    for name in app.jinja_env.list_templates():
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style|<script(?! src=)", source), name
        assert "|safe" not in source.replace(" ", ""), name


def test_static_files_with_a_fingerprint_are_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/login").text
    address = re.search(r'src="(/static/js/app\.js\?v=[0-9a-f]{12})"', page)
    assert address is not None
    with client.get(address[1]) as kept, client.get("/static/js/app.js") as asked_again:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in asked_again.headers.get("Cache-Control", "")


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    session: Db, client: FlaskClient
) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("offerdock=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_only_what_changes_the_session_sends_its_cookie(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    with client.session_transaction() as browser:
        browser.permanent = True
    client.get("/users")
    for address in ("/users", "/static/js/app.js"):
        with client.get(address) as answer:
            assert "Set-Cookie" not in answer.headers, address


def test_under_https_the_cookie_is_secure_and_https_is_remembered(config: Config) -> None:
    app = create_app(replace(config, public_url="https://dock.example"))
    answer = app.test_client().get("/login", base_url="https://dock.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-offerdock=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_form_without_its_token_is_refused_and_says_what_to_do(
    session: Db, client: FlaskClient
) -> None:
    log_in(client, make_admin())
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    answer = client.post("/agencies", data={"name": "Faro Homes"})
    assert answer.status_code == 400
    assert "too old" in answer.text
    assert session.scalar(select(Agency.id)) is None


def test_a_token_of_another_session_is_refused(
    app: Flask, session: Db, client: FlaskClient
) -> None:
    admin = make_admin()
    log_in(client, admin)
    other = app.test_client()
    other.get("/login")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/login").text)
    assert token is not None
    client.environ_base["HTTP_X_CSRFTOKEN"] = token[1]
    assert client.post("/agencies", data={"name": "Faro Homes"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_sent_by_another_site_is_refused_even_with_the_token(
    session: Db, client: FlaskClient, headers: dict[str, str]
) -> None:
    log_in(client, make_admin())
    answer = client.post("/agencies", data={"name": "Faro Homes"}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert session.scalar(select(Agency.id)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "http://127.0.0.1:8000"},
        {},
    ],
)
def test_forms_of_our_own_pages_pass(
    session: Db, client: FlaskClient, headers: dict[str, str]
) -> None:
    log_in(client, make_admin())
    answer = client.post("/agencies", data={"name": "Faro Homes"}, headers=headers)
    assert answer.status_code == 303


def test_reading_is_open_to_links_from_other_sites(session: Db, client: FlaskClient) -> None:
    log_in(client, make_admin())
    assert client.get("/agencies", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_an_expired_session_takes_htmx_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/users", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login"


def test_every_view_is_closed_unless_it_is_marked_public(app: Flask) -> None:
    open_views = {
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    }
    assert open_views == {
        "health.alive",
        "health.ready",
        "health.metrics",
        "auth.log_in",
        "auth.log_out",
        "auth.accept_invitation",
        "preferences.theme",
        # A vendor's programs sign what they send; who has a guide's link is its vendor.
        "door.deliver",
        "door.validate",
        "openapi.description",
        "guide.show",
        "guide.send_test",
        "guide.deliveries",
        "guide.delivery",
    }


@pytest.mark.parametrize("cookie", ["1", "1:", "x:1", "1:99", "99:1", "1:1:1", "-1:1", "²:1"])
def test_a_session_of_nobody_is_nobody(session: Db, client: FlaskClient, cookie: str) -> None:
    make_admin()
    with client.session_transaction() as browser:
        browser["_user_id"] = cookie
    assert client.get("/users").status_code == 303


def make_source(agency: Agency) -> Source:
    source = Source(
        agency_id=agency.id,
        slug="north",
        name="North",
        location="https://feeds.example/n.xml",
        preset="kyero_v3",
    )
    db.session.add(source)
    db.session.commit()
    return source


def test_a_source_of_another_agency_is_not_there(app: Flask, session: Db) -> None:
    lantana, faro = make_agency("Casa Lantana"), make_agency("Faro Homes")
    source = make_source(lantana)
    own = make_user("ines@lantana.example", "Inés", Role.VIEWER, lantana)
    foreign = make_user("rui@faro.example", "Rui", Role.AGENT, faro)
    admin = make_admin()
    seen = {}
    for person in (own, foreign, admin):
        with app.test_request_context():
            login_user(person)
            seen[person.name] = [agency.name for agency in access.visible_agencies()]
            if person is foreign:
                with pytest.raises(NotFound):
                    access.source_or_404(source.id)
            else:
                assert access.source_or_404(source.id).id == source.id
    assert seen == {
        "Inés": ["Casa Lantana"],
        "Rui": ["Faro Homes"],
        "Ada Brandt": ["Casa Lantana", "Faro Homes"],
    }


def test_nothing_is_read_for_nobody(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(Exception, match="401"):
        access.scope(select(Source), Source)


@pytest.fixture
def broken_app(config: Config) -> Iterator[Flask]:
    """The application with views that fail in every way."""
    app = create_app(config)

    @app.get("/fails/<int:code>")
    @public
    def fails(code: int) -> str:
        abort(code)

    @app.get("/crashes")
    @public
    def crashes() -> str:
        raise RuntimeError("secret detail")

    @app.get("/breaks-the-transaction")
    @public
    def breaks_the_transaction() -> str:
        db.session.execute(text("SELECT 1/0"))
        return ""

    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_errors_are_readable_pages_in_the_usual_frame(broken_app: Flask, code: int) -> None:
    answer = broken_app.test_client().get(f"/fails/{code}")
    assert answer.status_code == code
    assert 'class="brand"' in answer.text
    assert re.search(r"<h1[^>]*>[A-Z]", answer.text)
    short = broken_app.test_client().get(f"/fails/{code}", headers={"HX-Request": "true"})
    assert short.mimetype == "text/plain"
    assert len(short.text.splitlines()) == 1


@pytest.mark.parametrize("address", ["/crashes", "/breaks-the-transaction"])
def test_a_crash_shows_no_detail(broken_app: Flask, session: Db, address: str) -> None:
    client = broken_app.test_client()
    log_in(client, make_admin())
    answer = client.get(address)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert client.get("/users").status_code == 200


def test_a_database_that_is_away_is_503_for_logged_in_people_too(config: Config) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"
    app = create_app(replace(config, database_url=nowhere))
    client = app.test_client()
    with client.session_transaction() as browser:
        browser["_user_id"] = "1:1"
    answer = client.get("/users")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "database can’t be reached" in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_a_method_that_a_page_does_not_know_is_405_with_the_ones_it_knows(
    session: Db, client: FlaskClient
) -> None:
    log_in(client, make_admin())
    answer = client.delete("/agencies")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_theme_is_kept_in_a_cookie_and_nonsense_is_refused(
    session: Db, client: FlaskClient
) -> None:
    log_in(client, make_admin())
    answer = client.post("/theme", data={"theme": "dark", "next": "/users"})
    assert (answer.status_code, answer.location) == (303, "/users")
    assert '<html lang="en" data-theme="dark" class="dark">' in client.get("/users").text
    assert client.post("/theme", data={"theme": "<b>"}).status_code == 400

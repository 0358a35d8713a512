"""The cast of the tests: agencies, people, and how they log in."""

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from webapp.extensions import db
from webapp.models import Agency, Role, User
from webapp.services.accounts import add_user, create_agency, set_password

PASSWORD = "seven quiet herons"


def make_agency(name: str = "Casa Lantana") -> Agency:
    agency = create_agency(name)
    db.session.commit()
    return agency


def make_user(
    email: str = "ines@lantana.example",
    name: str = "Inés Valdemar",
    role: Role = Role.AGENT,
    agency: Agency | None = None,
) -> User:
    """A person who has set PASSWORD; agents and viewers get an agency when none is given."""
    if agency is None and role != Role.ADMIN:
        agency = make_agency(f"Agency of {name}")
    user = add_user(email, name, role, agency)
    set_password(user, PASSWORD)
    db.session.commit()
    return user


def make_admin(email: str = "ada@dock.example", name: str = "Ada Brandt") -> User:
    return make_user(email, name, Role.ADMIN)


def log_in(client: FlaskClient, user: User) -> None:
    """A session as after the login form, with the token that unsafe requests must carry."""
    csrf_secret = "a" * 40
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["csrf_token"] = csrf_secret
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(csrf_secret)

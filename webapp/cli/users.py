"""`flask user add`: the first people of an installation, and scripts."""

import json
import sys

import click
from flask import current_app

from webapp.cli.output import in_application, refuse
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Agency, Role, User
from webapp.queries.accounts import agency_named
from webapp.services.accounts import AccountRefused, add_user, create_agency, set_password
from webapp.services.invitations import invitation_token
from webapp.services.passwords import weakness


@click.group("user", help="People who can log in.")
def users() -> None:
    pass


@users.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value)
@click.option("--agency", "agency_words", help="Short name or name; created when it is new.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--invite", is_flag=True, help="Print a link by which they set the password.")
@click.option("--json", "as_json", is_flag=True)
@in_application
def add(
    email: str,
    name: str,
    role: str,
    agency_words: str | None,
    password_stdin: bool,
    invite: bool,
    as_json: bool,
) -> None:
    """Add a person."""
    if password_stdin == invite:
        raise click.UsageError("Choose one: --password-stdin or --invite.")
    try:
        user = add_user(email, name, Role(role), _agency(role, agency_words))
    except AccountRefused as refusal:
        refuse(str(refusal))
    if password_stdin:
        _set_password(user, sys.stdin.readline().rstrip("\r\n"))
    db.session.commit()
    _report(user, invitation_link(user) if invite else None, as_json)


def invitation_link(user: User) -> str:
    config: Config = current_app.config["OFFERDOCK"]
    return f"{config.public_url}/invitation?token={invitation_token(user)}"


def _agency(role: str, words: str | None) -> Agency | None:
    if not words:
        return None
    if role == Role.ADMIN:
        raise click.UsageError("An admin sees every agency: leave --agency out.")
    return agency_named(words) or create_agency(words)


def _set_password(user: User, password: str) -> None:
    if reason := weakness(password, user.name, user.email):
        refuse(reason)
    set_password(user, password)


def _report(user: User, link: str | None, as_json: bool) -> None:
    agency = user.agency.slug if user.agency else None
    if as_json:
        facts = {"id": user.id, "email": user.email, "role": user.role, "agency": agency}
        click.echo(json.dumps({**facts, "link": link} if link else facts))
        return
    click.echo(f"{user.name} <{user.email}> can log in as {user.role}.")
    if link:
        click.echo(f"Send them this link; it works once and for 7 days:\n{link}")

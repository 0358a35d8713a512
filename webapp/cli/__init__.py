"""The commands of the web application; those that run the pipeline are in jobs/cli.py."""

from flask import Flask

from webapp.cli.users import users


def register(app: Flask) -> None:
    app.cli.add_command(users)

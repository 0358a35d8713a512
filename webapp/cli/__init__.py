"""The commands of the web application; those that run the pipeline are in jobs/cli.py."""

from flask import Flask

from webapp.cli.demo import demo
from webapp.cli.offers import list_offers, schema
from webapp.cli.problems import list_problems
from webapp.cli.runs import list_runs
from webapp.cli.up import up
from webapp.cli.users import users


def register(app: Flask) -> None:
    for command in (demo, list_offers, list_problems, list_runs, schema, up, users):
        app.cli.add_command(command)

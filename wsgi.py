"""The one place that knows both sides: the application, and the commands that run the pipeline."""

import os
import sys

from flask import Flask

from jobs import cli as pipeline_cli
from webapp import create_app
from webapp.config import Config, ConfigError
from webapp.embedded import data_folder, environment_with_engines, is_set
from webapp.embedded.tables import migrate_embedded

# The exit code by which gunicorn's workers say that starting them again is of no use.
CANNOT_START = 3


def application() -> Flask:
    try:
        app = create_app(Config.from_env(environment_with_engines(os.environ)))
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(CANNOT_START)
    if not is_set(os.environ, "DATABASE_URL"):
        migrate_embedded(app, data_folder(os.environ))
    pipeline_cli.register(app)
    return app


app = application()

"""The one place that knows both sides: the application, and the commands that run the pipeline."""

import os

from jobs import cli as pipeline_cli
from webapp import create_app
from webapp.config import Config
from webapp.embedded import environment_with_engines

app = create_app(Config.from_env(environment_with_engines(os.environ)))
pipeline_cli.register(app)

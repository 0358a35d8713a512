"""The commands that run the pipeline: detect and import."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the pipeline's commands to `flask`."""

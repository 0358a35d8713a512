"""Brings the embedded database to this version, so that any command works right after set-up.

A real one is migrated by its operator, with `flask db upgrade`.
"""

import fcntl
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from webapp.config import Config
from webapp.embedded import FileLock
from webapp.extensions import db


def migrate_embedded(app: Flask, folder: Path) -> None:
    """Harmless when several processes start at once: one migrates, the others wait for it."""
    config: Config = app.config["OFFERDOCK"]
    newest = ScriptDirectory(str(config.migrations_dir)).get_current_head()
    with FileLock(folder / "migrate.lock", fcntl.LOCK_EX), app.app_context():
        with db.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        if present != newest:
            upgrade()

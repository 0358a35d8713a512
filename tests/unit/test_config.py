"""Settings from the environment: what is taken, and what stops the start-up with a sentence."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from webapp.config import Config, ConfigError

GOOD = {
    "DATABASE_URL": "postgres://offerdock@db/offerdock",
    "REDIS_URL": "redis://valkey:6379/0",
    "SECRET_KEY": "s" * 32,
    "ENCRYPTION_KEY": Fernet.generate_key().decode(),
}


def test_what_is_needed_is_enough() -> None:
    config = Config.from_env(GOOD)
    assert config.database_url == "postgresql+psycopg://offerdock@db/offerdock"
    assert (config.public_url, config.sentry_dsn) == ("http://127.0.0.1:8000", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///offers.db"),
        ("REDIS_URL", "valkey:6379"),
        ("SECRET_KEY", "short"),
        ("ENCRYPTION_KEY", "x" * 44),
        ("PUBLIC_URL", "offers.example"),
        ("PUBLIC_URL", "https://[::1"),
        ("SENTRY_DSN", "abc123"),
        ("SENTRY_ISSUES_URL", "sentry.example/issues"),
        ("ALLOWED_PRIVATE_HOSTS", "127.0.0.1"),
        ("MAX_FEED_BYTES", "2 GB"),
        ("TURN_SIZE", "0"),
        ("LEASE_SECONDS", "1"),
        ("TICK_SECONDS", "-15"),
        ("DELIVERY_DAYS", "6"),
        ("SETTLED_JOB_DAYS", "0"),
        ("RUNS_KEPT", "49"),
        ("LOG_FORMAT", "xml"),
        ("SENTRY_TRACES", "5 %"),
        ("SENTRY_TRACES", "2"),
        ("SENTRY_TRACES", "nan"),
    ],
)
def test_nonsense_stops_the_start_and_names_the_setting(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(name)):
        Config.from_env({**GOOD, name: value})


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("t" * 40 + "\n")
    env = {name: value for name, value in GOOD.items() if name != "SECRET_KEY"}
    assert Config.from_env({**env, "SECRET_KEY_FILE": str(secret)}).secret_key == "t" * 40
    with pytest.raises(ConfigError, match="SECRET_KEY_FILE"):
        Config.from_env({**env, "SECRET_KEY_FILE": str(tmp_path / "missing")})

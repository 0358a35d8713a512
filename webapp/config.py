"""Settings, read once from the environment into typed values; nonsense stops the start-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

REPOSITORY = Path(__file__).resolve().parent.parent


class ConfigError(Exception):
    """A setting is missing or makes no sense; the message names it and says what is expected."""


@dataclass(frozen=True)
class Config:
    database_url: str
    redis_url: str
    secret_key: str
    encryption_key: str
    public_url: str = "http://127.0.0.1:8000"
    spool_dir: Path = REPOSITORY / "var" / "spool"
    migrations_dir: Path = REPOSITORY / "migrations"
    allowed_private_hosts: frozenset[str] = frozenset()
    sentry_dsn: str = ""
    environment: str = "development"
    release: str = "0.1.0"
    # A feed of more bytes than this is refused (DESIGN §6: limits everywhere).
    max_feed_bytes: int = 2 * 1024**3
    # What a person may send through the browser.
    max_upload_bytes: int = 256 * 1024**2
    fetch_seconds: int = 900
    import_processes: int = 2
    # How many offer jobs one turn of the offers worker takes off the queue.
    turn_size: int = 200
    lease_seconds: int = 60
    tick_seconds: int = 15

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """:raise ConfigError: naming the variable that is missing or wrong."""
        return cls(
            database_url=sqlalchemy_url(_required(env, "DATABASE_URL")),
            redis_url=_redis_url(env),
            secret_key=_secret(env, "SECRET_KEY"),
            encryption_key=_encryption_key(env),
            public_url=_web_address(env, "PUBLIC_URL", cls.public_url).rstrip("/"),
            spool_dir=Path(env.get("SPOOL_DIR") or REPOSITORY / "var" / "spool"),
            allowed_private_hosts=_hosts(env, "ALLOWED_PRIVATE_HOSTS"),
            sentry_dsn=_web_address(env, "SENTRY_DSN", cls.sentry_dsn),
            environment=env.get("ENVIRONMENT", cls.environment),
            release=env.get("RELEASE", cls.release),
            max_feed_bytes=_whole(env, "MAX_FEED_BYTES", cls.max_feed_bytes, at_least=1),
            max_upload_bytes=_whole(env, "MAX_UPLOAD_BYTES", cls.max_upload_bytes, at_least=1),
            fetch_seconds=_whole(env, "FETCH_SECONDS", cls.fetch_seconds, at_least=1),
            import_processes=_whole(env, "IMPORT_PROCESSES", cls.import_processes, at_least=1),
            turn_size=_whole(env, "TURN_SIZE", cls.turn_size, at_least=1),
            lease_seconds=_whole(env, "LEASE_SECONDS", cls.lease_seconds, at_least=2),
            tick_seconds=_whole(env, "TICK_SECONDS", cls.tick_seconds, at_least=1),
        )


def sqlalchemy_url(url: str) -> str:
    """The same database address with psycopg 3 named as the driver."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise ConfigError(
            "DATABASE_URL must start with postgresql:// (PostgreSQL is the only database)."
        )
    return f"postgresql+psycopg://{rest}"


def _redis_url(env: Mapping[str, str]) -> str:
    url = _required(env, "REDIS_URL")
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("REDIS_URL must start with redis://, rediss:// or unix://.")
    return url


def _web_address(env: Mapping[str, str], name: str, default: str) -> str:
    """Not shown when it is wrong: a Sentry address holds a key."""
    address = _text(env, name) or default
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if address and not is_good:
        raise ConfigError(f"{name} must be a web address that starts with http:// or https://.")
    return address


def _text(env: Mapping[str, str], name: str) -> str:
    """The variable, or the contents of the file that NAME_FILE points to (container secrets)."""
    if path := env.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ConfigError(f"{name}_FILE points to {path}, which can't be read.") from error
    return env.get(name, "").strip()


def _required(env: Mapping[str, str], name: str) -> str:
    value = _text(env, name)
    if not value:
        raise ConfigError(f"{name} is not set. Set it, or start through `make run`.")
    return value


def _secret(env: Mapping[str, str], name: str) -> str:
    value = _required(env, name)
    if len(value) < 32:
        raise ConfigError(f"{name} is too short: use at least 32 random characters.")
    return value


def _encryption_key(env: Mapping[str, str]) -> str:
    value = _required(env, "ENCRYPTION_KEY")
    try:
        Fernet(value)
    except ValueError as error:
        raise ConfigError(
            "ENCRYPTION_KEY must be 32 random bytes in url-safe base64 (44 characters)."
        ) from error
    return value


def _whole(env: Mapping[str, str], name: str, default: int, *, at_least: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < at_least:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number of {at_least} or more.")
    return int(text)


def _hosts(env: Mapping[str, str], name: str) -> frozenset[str]:
    hosts = {host.strip() for host in env.get(name, "").split(",") if host.strip()}
    for host in hosts:
        _, _, port = host.rpartition(":")
        if not port.isdecimal():
            raise ConfigError(f"{name} holds {host!r}; each entry must be host:port.")
    return frozenset(hosts)

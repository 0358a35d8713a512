"""Settings, read once from the environment into typed values; nonsense stops the start-up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from webapp.forwarding import Network

LOG_FORMATS = ("console", "json")
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
    # Whose X-Forwarded-For is believed; gunicorn believes the same ones about the scheme.
    trusted_proxies: tuple[Network, ...] = (ip_network("127.0.0.1"), ip_network("::1"))
    sentry_dsn: str = ""
    # The page that searches Sentry's issues, for links to the event of a fault.
    sentry_issues_url: str = ""
    # The share of requests and jobs whose timing goes to Sentry too.
    sentry_traces: float = 0.0
    # The server that sends mail to people (mailtos://user:password@host?from=…); empty: none does.
    mail_url: str = ""
    # Who reads /metrics from another machine shows this.
    metrics_token: str = ""
    log_format: str = "console"
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
    # How long deliveries of webhooks are kept; a message that comes again is known for as long.
    delivery_days: int = 30
    refused_delivery_days: int = 14
    # How long jobs of runs are kept after they settled, with their raw records, unless an offer, a
    # refusal or a problem still stands on them.
    settled_job_days: int = 30
    # The last changes of an offer are kept however old they are.
    revision_days: int = 365
    revisions_kept: int = 20
    # The last runs of a source are kept however old they are.
    run_days: int = 180
    runs_kept: int = 50
    issue_trend_days: int = 90

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
            trusted_proxies=_networks(env, "FORWARDED_ALLOW_IPS") or cls.trusted_proxies,
            sentry_dsn=_web_address(env, "SENTRY_DSN", cls.sentry_dsn),
            sentry_issues_url=_web_address(env, "SENTRY_ISSUES_URL", cls.sentry_issues_url),
            mail_url=_mail_url(env),
            sentry_traces=_share(env, "SENTRY_TRACES", cls.sentry_traces),
            metrics_token=_text(env, "METRICS_TOKEN"),
            log_format=_one_of(env, "LOG_FORMAT", LOG_FORMATS, cls.log_format),
            environment=env.get("ENVIRONMENT", cls.environment),
            release=env.get("RELEASE", cls.release),
            max_feed_bytes=_whole(env, "MAX_FEED_BYTES", cls.max_feed_bytes, at_least=1),
            max_upload_bytes=_whole(env, "MAX_UPLOAD_BYTES", cls.max_upload_bytes, at_least=1),
            fetch_seconds=_whole(env, "FETCH_SECONDS", cls.fetch_seconds, at_least=1),
            import_processes=_whole(env, "IMPORT_PROCESSES", cls.import_processes, at_least=1),
            turn_size=_whole(env, "TURN_SIZE", cls.turn_size, at_least=1),
            lease_seconds=_whole(env, "LEASE_SECONDS", cls.lease_seconds, at_least=2),
            tick_seconds=_whole(env, "TICK_SECONDS", cls.tick_seconds, at_least=1),
            delivery_days=_whole(env, "DELIVERY_DAYS", cls.delivery_days, at_least=7),
            refused_delivery_days=_whole(
                env, "REFUSED_DELIVERY_DAYS", cls.refused_delivery_days, at_least=1
            ),
            settled_job_days=_whole(env, "SETTLED_JOB_DAYS", cls.settled_job_days, at_least=7),
            revision_days=_whole(env, "REVISION_DAYS", cls.revision_days, at_least=7),
            revisions_kept=_whole(env, "REVISIONS_KEPT", cls.revisions_kept, at_least=1),
            run_days=_whole(env, "RUN_DAYS", cls.run_days, at_least=7),
            runs_kept=_whole(env, "RUNS_KEPT", cls.runs_kept, at_least=50),
            issue_trend_days=_whole(env, "ISSUE_TREND_DAYS", cls.issue_trend_days, at_least=14),
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


def _mail_url(env: Mapping[str, str]) -> str:
    """Not shown when it is wrong: it holds a password."""
    url = _text(env, "MAIL_URL")
    if url and (not url.startswith(("mailto://", "mailtos://")) or not urlsplit(url).hostname):
        raise ConfigError(
            "MAIL_URL must be the address of a mail server, such as "
            "mailtos://user:password@smtp.example?from=offerdock@example.org."
        )
    return url


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


def _share(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name, "").strip()
    try:
        share = float(text or default)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigError(f"{name} is {text!r}; it must be a share from 0 to 1, such as 0.05.")
    return share


def _one_of(env: Mapping[str, str], name: str, choices: Collection[str], default: str) -> str:
    value = env.get(name, "").strip() or default
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    written = [part.strip() for part in env.get(name, "").split(",") if part.strip()]
    try:
        if "*" in written:
            return (ip_network("0.0.0.0/0"), ip_network("::/0"))
        return tuple(ip_network(part, strict=False) for part in written)
    except ValueError as error:
        raise ConfigError(f"{name} must be addresses or networks, or *: {error}.") from error


def _hosts(env: Mapping[str, str], name: str) -> frozenset[str]:
    hosts = {host.strip() for host in env.get(name, "").split(",") if host.strip()}
    for host in hosts:
        _, _, port = host.rpartition(":")
        if not port.isdecimal():
            raise ConfigError(f"{name} holds {host!r}; each entry must be host:port.")
    return frozenset(hosts)

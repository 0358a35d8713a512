"""The web application: `create_app` binds configuration, extensions, pages and commands."""

from flask import Flask
from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry
from sqlalchemy.orm import Session

from webapp import cli, hooks, logs, models, observability, queues, security, views
from webapp.config import Config
from webapp.database_json import json_dumps, json_loads
from webapp.extensions import babel, csrf, db, htmx, login, migrate
from webapp.forwarding import ForwardedAddress

__all__ = ["create_app", "models"]


def create_app(config: Config) -> Flask:
    app = Flask(
        __name__,
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/static",
    )
    app.config.from_mapping(
        OFFERDOCK=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            # An error's text goes to the log and to Sentry; its parameters are people's data.
            "hide_parameters": True,
            "json_serializer": json_dumps,
            "json_deserializer": json_loads,
        },
    )
    app.wsgi_app = ForwardedAddress(app.wsgi_app, config.trusted_proxies)  # type: ignore[method-assign]
    observability.start(config)
    bind_extensions(app, config)
    security.harden(app, config)
    logs.register(app)
    views.register(app)
    hooks.register(app)
    cli.register(app)
    return app


def bind_extensions(app: Flask, config: Config) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.migrations_dir))
    login.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=views.navigation.chosen_language)
    htmx.init_app(app)
    app.extensions["valkey"] = Redis.from_url(
        config.redis_url,
        # A page must not hang on a Valkey that is away: one quick second try, then go on without.
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), 1),
        socket_connect_timeout=1,
        socket_timeout=5,
    )
    queues.listen_for_commits(Session)

"""`flask up`, which is `make run`: the whole of Offerdock with the demo on this machine."""

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask_migrate import upgrade

from webapp.cli.demo import AGENCY, register_demo
from webapp.cli.first_admin import demo_admin, invited_admin
from webapp.cli.output import in_application, refuse
from webapp.cli.processes import Processes, commands_of
from webapp.config import REPOSITORY
from webapp.embedded import environment_with_engines, is_set
from webapp.extensions import db

PORT = 8000
DEMO_PORT = 8087
LOOK_SECONDS = 0.2


@click.command("up")
@in_application
def up() -> None:
    """Run web, workers, tick and the demo vendor until Ctrl-C; PORT says where."""
    port = _chosen_port()
    address = f"http://127.0.0.1:{port}"
    demo_port = DEMO_PORT if _is_free(DEMO_PORT) else _any_free_port()
    upgrade()
    is_embedded = not is_set(os.environ, "DATABASE_URL")
    login = demo_admin() if is_embedded else invited_admin(address)
    register_demo(f"http://127.0.0.1:{demo_port}")
    db.session.commit()
    db.engine.dispose()
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    env = _environment(port, demo_port, address)
    processes = Processes(commands_of(REPOSITORY / "Procfile", env), env)
    processes.start()
    try:
        _keep_going(processes, stopping, address, login)
    finally:
        click.echo("\nStopping …")
        processes.stop()
        click.echo("Stopped. The data is kept.")


def _keep_going(processes: Processes, stopping: Event, address: str, login: str) -> None:
    is_announced = False
    while not stopping.wait(LOOK_SECONDS):
        processes.restart_dead()
        if not is_announced and _answers(address):
            is_announced = True
            click.echo(f"\nOfferdock: {address}\n{login}\nDemo:      {AGENCY}\nCtrl-C stops it.\n")


def _environment(port: int, demo_port: int, address: str) -> Mapping[str, str]:
    """The children's: they use the engines that this process holds."""
    env = environment_with_engines(os.environ)
    allowed = [env.get("ALLOWED_PRIVATE_HOSTS", ""), f"127.0.0.1:{demo_port}"]
    return {
        "PUBLIC_URL": address,
        "WEB_CONCURRENCY": "2",
        **env,
        "PORT": str(port),
        "DEMO_PORT": str(demo_port),
        # Pages are asked for all the time; what the workers do is worth reading.
        "GUNICORN_CMD_ARGS": f"--access-logfile /dev/null --worker-tmp-dir {tempfile.gettempdir()}",
        "ALLOWED_PRIVATE_HOSTS": ",".join(filter(None, allowed)),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }


def _chosen_port() -> int:
    words = os.environ.get("PORT") or str(PORT)
    if not words.isdecimal() or not 0 < int(words) < 65536:
        refuse(f"PORT is {words!r}; it must be a number from 1 to 65535.")
    port = int(words)
    if not _is_free(port):
        refuse(
            f"Port {port} is taken by another program. Stop it, or choose another port: "
            f"make run PORT={port + 1}"
        )
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/login", timeout=2):
            return True
    except (URLError, OSError):
        return False

"""A person at a browser: logs in, opens pages, presses buttons and lets htmx poll."""

import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from bench.world import World, free_port, wait_until_open
from webapp.extensions import db
from webapp.models import Role
from webapp.services.accounts import add_user, set_password

EMAIL, PASSWORD = "bench@offerdock.example", "measured lights"
STOP_POLLING = 286
POLL_SECONDS = 1.0
TIMEOUT = 60


@dataclass(frozen=True)
class Press:
    """Seconds from the click until the page says that the run is over, and until it was."""

    on_page: float
    in_fact: float


class Person:
    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._address = address
        self._session = requests.Session()
        self._session.headers.update({"Sec-Fetch-Site": "same-origin", "Origin": address})

    def log_in(self) -> None:
        self._send("/login", self.form_of("/login") | {"email": EMAIL, "password": PASSWORD})

    def open(self, path: str) -> float:
        """Seconds until the page has arrived whole."""
        began = time.perf_counter()
        answer = self._session.get(self._address + path, timeout=TIMEOUT)
        seconds = time.perf_counter() - began
        if answer.status_code != requests.codes.ok or answer.history:
            raise RuntimeError(f"{path} answered {answer.status_code} at {answer.url}.")
        return seconds

    def ask(self, path: str) -> requests.Response:
        """The answer, whatever it is."""
        return self._session.get(self._address + path, timeout=TIMEOUT)

    def run_now(self, source_id: int) -> Press:
        form = self.form_of(f"/sources/{source_id}")
        clicked, began = time.time(), time.perf_counter()
        page = self._send(f"/sources/{source_id}/run", form)
        path = urlsplit(page.url).path
        is_over = 'hx-trigger="every 1s"' not in page.text
        while not is_over:
            time.sleep(POLL_SECONDS)
            progress = self._address + path + "/progress"
            answer = self._session.get(progress, headers={"HX-Request": "true"}, timeout=TIMEOUT)
            answer.raise_for_status()
            is_over = answer.status_code == STOP_POLLING
        seconds = time.perf_counter() - began
        run_id = int(path.rpartition("/")[2])
        statement = "SELECT extract(epoch FROM finished_at), state FROM runs WHERE id = :id"
        [(finished_at, state)] = self._world.sql(statement, id=run_id)
        if state != "finished":
            raise RuntimeError(f"Run {run_id} is {state}.")
        return Press(seconds, float(str(finished_at)) - clicked)

    def send_fragment(self, path: str, form: dict[str, str]) -> str:
        """What htmx gets for a form."""
        answer = self._session.post(
            self._address + path, data=form, headers={"HX-Request": "true"}, timeout=TIMEOUT
        )
        answer.raise_for_status()
        return answer.text

    def form_of(self, path: str) -> dict[str, str]:
        """What every form of the page sends along."""
        page = self._session.get(self._address + path, timeout=TIMEOUT).text
        sent = {}
        for name in ("csrf_token", "at_step", "base"):
            if found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', page):
                sent[name] = found[1]
        if "csrf_token" not in sent:
            raise RuntimeError(f"{path} shows no form.")
        return sent

    def _send(self, path: str, form: dict[str, str]) -> requests.Response:
        answer = self._session.post(self._address + path, data=form, timeout=TIMEOUT)
        if answer.status_code != requests.codes.ok or not answer.history:
            raise RuntimeError(f"{path} refused the form with {answer.status_code}.")
        return answer


def admin_at_the_web(world: World) -> Person:
    """Starts the web, and logs an admin in."""
    address = web_address(world)
    with world.app.test_request_context():
        set_password(add_user(EMAIL, "Bench", Role.ADMIN, None), PASSWORD)
        db.session.commit()
    person = Person(world, address)
    person.log_in()
    return person


def web_address(world: World) -> str:
    """Of the web, which is started as `make run` does."""
    port = free_port()
    world.env |= {
        "WEB_CONCURRENCY": "2",
        "GUNICORN_CMD_ARGS": f"--access-logfile /dev/null --worker-tmp-dir {world.folder}",
    }
    config = ("-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}")
    world.start("web", "-m", "gunicorn", *config, "wsgi:app")
    wait_until_open(port)
    return f"http://127.0.0.1:{port}"

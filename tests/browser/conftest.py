"""A real Chromium against a real server; script errors and CSP violations fail the test."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from demo.vendor import running_vendor
from tests.people import PASSWORD
from webapp.models import User

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RESULTS = ROOT / "test-results"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_SENT = 1024**2
MISSING = (
    "CHROMIUM IS MISSING: THE BROWSER TESTS DID NOT RUN. Install it (Debian: apt-get install "
    "chromium) or name one in CHROMIUM=/path."
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.section(MISSING, sep="!", red=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Its path; without one the tests are skipped loudly, and fail where CI=true."""
    named = os.environ.get("CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _server(engines: dict[str, str], _migrated_app: Flask) -> Iterator[str]:
    """gunicorn in a process of its own, over the engines of the tests."""
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind=127.0.0.1:0", "--threads=4"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **engines, "MAX_UPLOAD_BYTES": str(MOST_SENT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stderr is not None
            address = _address(server.stderr)
            # Read on, so that a full pipe never stops the server.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            yield address
        finally:
            server.terminate()


def _address(log: Iterable[str]) -> str:
    read = []
    for line in log:
        read.append(line)
        if found := re.search(r"Listening at: (http://\S+)", line):
            return found[1]
    pytest.fail("gunicorn did not start:\n" + "".join(read))


@pytest.fixture
def live_server(app: Flask, _server: str) -> str:
    """The address of the application over an empty database."""
    return _server


@pytest.fixture(scope="session")
def vendor() -> Iterator[str]:
    """The address of the demo vendor, whose feeds the workers may fetch."""
    with running_vendor() as base_url:
        yield base_url


@pytest.fixture
def workers(app: Flask, engines: dict[str, str], vendor: str) -> Iterator[None]:
    """A worker of each role beside the pages."""
    reachable = {"IMPORT_PROCESSES": "1", "ALLOWED_PRIVATE_HOSTS": urlsplit(vendor).netloc}
    env = {**os.environ, **engines, **reachable}
    with ExitStack() as ends:
        for role in ("imports", "offers", "default"):
            command = [sys.executable, "worker.py", role]
            worker = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
            ends.callback(worker.wait)
            ends.callback(worker.terminate)
        yield


@pytest.fixture
def context(browser: Browser, live_server: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=live_server, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: _note_violation(message, complaints))
    yield page
    assert complaints == []


@pytest.fixture
def plain_page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page in a browser that runs no JavaScript."""
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _note_violation(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        complaints.append(message.text)


def log_in_page(page: Page, user: User) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda address: "/login" not in address)


def show_theme(page: Page, theme: str) -> None:
    page.evaluate(
        """theme => {
            document.documentElement.dataset.theme = theme;
            document.dispatchEvent(new Event("offerdock:theme"));
        }""",
        theme,
    )


@pytest.fixture(scope="session")
def _axe_source() -> str:
    return (HERE / "vendor" / "axe.min.js").read_text()


@pytest.fixture
def assert_no_axe_findings(_axe_source: str) -> Callable[[Page], None]:
    """Runs axe over the page as it stands, in the light and in the dark theme."""

    def check(page: Page) -> None:
        page.evaluate(_axe_source)
        for theme in ("light", "dark"):
            show_theme(page, theme)
            found = page.evaluate(
                "tags => axe.run(document, {runOnly: tags}).then(result => result.violations)",
                AXE_TAGS,
            )
            assert [_finding(one) for one in found] == [], f"{page.url} in the {theme} theme"

    return check


def _finding(violation: dict[str, Any]) -> str:
    nodes = "; ".join(f"{node['html']} ({node['failureSummary']})" for node in violation["nodes"])
    return f"{violation['id']}: {nodes}"


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """With SCREENSHOTS=1: the page as PNG under test-results/, in both themes, wide and narrow."""
    return save_look if os.environ.get("SCREENSHOTS") else lambda page, name: None


@pytest.fixture
def keep_look() -> Callable[[Page, str], None]:
    """The same at every run: what the steps of the set-up look like is part of its result."""
    return save_look


def save_look(page: Page, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            show_theme(page, theme)
            page.screenshot(path=RESULTS / f"{name}-{width}-{theme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})

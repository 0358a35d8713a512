"""compose.yaml and the Dockerfile: what is published and waited for, and what the image holds."""

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.compose import composed_services
from webapp.config import Config
from webapp.queues import IMPORT_RUN, TIMEOUTS

REPOSITORY = Path(__file__).parents[3]
ENGINES = {"postgres", "valkey"}
WORKERS = {"imports", "offers", "default", "tick"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return composed_services()


def seconds(duration: str) -> int:
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([hms])", duration))


def test_every_role_is_a_container_of_its_own(services: dict[str, Any]) -> None:
    assert set(services) == ENGINES | WORKERS | {"migrate", "web"}
    for role in WORKERS:
        assert services[role]["command"] == ["python", "worker.py", role]


def test_only_the_web_is_published_and_only_on_this_machine(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_the_engines_are_out_of_reach_from_outside(services: dict[str, Any]) -> None:
    assert all(services[engine]["networks"] == ["data"] for engine in ENGINES)


def test_a_stop_waits_longer_than_the_longest_job(services: dict[str, Any]) -> None:
    shorter_jobs = [limit for name, limit in TIMEOUTS.items() if name != IMPORT_RUN]
    assert seconds(services["imports"]["stop_grace_period"]) > TIMEOUTS[IMPORT_RUN]
    assert seconds(services["default"]["stop_grace_period"]) > max(shorter_jobs)


def test_everything_that_stays_is_watched_and_comes_back(services: dict[str, Any]) -> None:
    for name in ENGINES | WORKERS | {"web"}:
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["healthcheck"]["test"]


def test_our_containers_start_after_the_migration_and_can_write_nowhere_else(
    services: dict[str, Any],
) -> None:
    for name in WORKERS | {"web"}:
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_the_environment_is_one_the_application_accepts(services: dict[str, Any]) -> None:
    for name in WORKERS | {"migrate", "web"}:
        config = Config.from_env(services[name]["environment"])
        assert config.environment == "production"
        assert config.database_url.endswith("0123456789abcdef@postgres:5432/offerdock")


def test_the_spool_is_a_volume_where_feeds_are_fetched_and_swept(services: dict[str, Any]) -> None:
    spool = services["imports"]["environment"]["SPOOL_DIR"]
    for role in ("imports", "default"):
        assert services[role]["volumes"] == [f"spool:{spool}"]


def test_files_that_browsers_send_lie_on_a_disk(services: dict[str, Any]) -> None:
    web = services["web"]
    assert web["volumes"] == [f"uploads:{web['environment']['SPOOL_DIR']}"]
    assert not any(mount.startswith(web["environment"]["SPOOL_DIR"]) for mount in web["tmpfs"])


@pytest.mark.parametrize("name", ["MAX_FEED_BYTES", "MAX_UPLOAD_BYTES", "FETCH_SECONDS"])
def test_the_limits_of_feeds_reach_every_container(services: dict[str, Any], name: str) -> None:
    text = (REPOSITORY / "compose.yaml").read_text()
    assert f"{name}: ${{{name}:-}}" in text
    for role in WORKERS | {"web"}:
        assert name in services[role]["environment"]
    assert f"`{name}`" in (REPOSITORY / "deploy" / "README.md").read_text()


def test_images_name_no_registry(services: dict[str, Any]) -> None:
    for service in services.values():
        host, slash, _ = service["image"].partition("/")
        assert not slash or ("." not in host and ":" not in host)


def copied_into_the_image() -> list[str]:
    lines = (REPOSITORY / "Dockerfile").read_text().splitlines()
    return [source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]]


@pytest.mark.parametrize("source", copied_into_the_image())
def test_what_the_image_copies_exists_and_is_sent_to_the_builder(source: str) -> None:
    assert (REPOSITORY / source).exists()
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert f"!{source.rstrip('/')}" in ignored
    assert not any(fnmatch(source, line) for line in ignored if line.startswith("**"))


def test_the_image_does_not_run_as_root() -> None:
    assert "\nUSER offerdock\n" in (REPOSITORY / "Dockerfile").read_text()

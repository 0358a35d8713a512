"""The services of compose.yaml as they are with nothing set but the secrets."""

import re
from pathlib import Path
from typing import Any

import yaml
from cryptography.fernet import Fernet

REPOSITORY = Path(__file__).parents[1]
SET_BY_THE_OPERATOR = {
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "SECRET_KEY": "f" * 64,
    "ENCRYPTION_KEY": Fernet.generate_key().decode(),
}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<operator>:-|:\?)(?P<rest>[^}]*))?\}")


def composed_services() -> dict[str, Any]:
    parsed = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
    found: dict[str, Any] = filled_in(parsed["services"])
    return found


def filled_in(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: filled_in(value) for name, value in node.items()}
    if isinstance(node, list):
        return [filled_in(value) for value in node]
    return VARIABLE.sub(variable_value, node) if isinstance(node, str) else node


def variable_value(match: re.Match[str]) -> str:
    if match["name"] in SET_BY_THE_OPERATOR:
        return SET_BY_THE_OPERATOR[match["name"]]
    assert match["operator"] == ":-", f"{match['name']} has no default"
    return match["rest"]

"""Mappings for known formats, one data file each, beside this one."""

from functools import cache
from importlib import resources

from webapp.offers.mapping_document import MappingDocument


@cache
def load_preset(name: str) -> MappingDocument:
    """:raise KeyError: there is no preset of this name"""
    if name not in preset_names():
        raise KeyError(name)
    text = resources.files(__name__).joinpath(f"{name}.json").read_bytes()
    return MappingDocument.model_validate_json(text)


@cache
def preset_names() -> tuple[str, ...]:
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))

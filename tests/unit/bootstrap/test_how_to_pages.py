"""The how-to pages of the adapters: every example works as it stands."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from sanping.bootstrap.adapters import known_adapters
from sanping.hub.manifests import checked_settings, installed

PAGES = Path(__file__).parents[3] / "docs" / "how-to"
NAMES = [adapter.name for adapter in known_adapters()[0]]
_BLOCK = re.compile(r"^ *```toml\n(.*?)^ *```", re.S | re.M)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_page_are_settings_that_the_adapter_takes(name: str) -> None:
    # given the page of an adapter
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    examples = [entry for block in _BLOCK.findall(page) for entry in tomllib.loads(block).get("sources", [])]

    # when its examples are checked and the source is made with them
    manifest = installed().named(name)
    module, _, kind = manifest.target.partition(":")
    for entry in examples:
        assert entry["adapter"] == name
        getattr(importlib.import_module(module), kind)(checked_settings(manifest, entry["settings"]))

    # then all of them work, and there is one at least
    assert examples


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_pages_names_each(name: str) -> None:
    assert f"({name}.md)" in (PAGES / "README.md").read_text(encoding="utf-8")

"""What the program is made of may be passed on beside Apache-2.0 code, and is pinned by its hashes."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "installer" / "package"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    for name in ("sbom", "licence_rules"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("MIT", "free"),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "shared"),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "shared"),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", "free"),
        ("GPL-3.0-or-later", "refused"),
        ("MIT AND AGPL-3.0-only", "refused"),
        ("CC-BY-NC-4.0", "refused"),
        ("", "unknown"),
        ("My Own Licence", "unknown"),
        ("MIT AND Something New", "unknown"),
    ],
)
def test_a_licence_is_judged_by_what_it_asks(words: str, kind: str) -> None:
    from licence_rules import kind_of

    # given the words of a package's metadata

    # when they are judged
    found = kind_of(words)

    # then the milder of two alternatives counts, and all of two demands
    assert found == kind


def test_every_package_of_the_program_may_be_passed_on_and_the_shared_ones_are_named() -> None:
    from licence_rules import FREE, SHARED, kind_of
    from sbom import licence_of, needed

    # given every package that the program needs, and the page about licences
    packages = {package.metadata["Name"]: licence_of(package) for package in needed()}
    page = (ROOT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")

    # when their licences are judged
    kinds = {name: kind_of(words) for name, words in packages.items()}

    # then none is unknown or incompatible, and each that asks for more than its notice has its line
    assert len(packages) > 40
    assert {name: packages[name] for name, kind in kinds.items() if kind not in (FREE, SHARED)} == {}
    assert [name for name, kind in kinds.items() if kind == SHARED and f"`{name}`" not in page] == []


def test_every_locked_package_has_hashes_and_no_address() -> None:
    # given the lock
    text = (ROOT / "installer" / "lock.txt").read_text(encoding="utf-8")

    # when its entries are read
    entries = re.split(r"\n(?=[A-Za-z0-9])", text[text.index("\n") :])
    pinned = [entry for entry in entries if re.match(r"[\w.-]+(\[[\w,-]+\])?==", entry)]

    # then each names its version and its hashes, and no server
    assert len(pinned) > 60
    assert not [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry]
    assert "http://" not in text
    assert "https://" not in text

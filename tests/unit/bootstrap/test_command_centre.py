"""A screen is opened as the centre of an area by its code: one that the twin knows, or none."""

from dataclasses import replace
from pathlib import Path

import pytest

from sanping.bootstrap.cases import centre_area
from sanping.domain.errors import InputError
from sanping.formats.project import load_project


def test_a_centre_is_that_of_an_area_that_the_twin_knows(repository: Path) -> None:
    # given the bundled twin; when codes are written in full, with zeros that fill, or not at all
    project = load_project(repository / "cim_models" / "suhe")
    found = [centre_area(project, written) for written in ("310107014", "310107000000", " ", "310107014001001")]

    # then each is meant in its shortest form
    assert found == ["310107014", "310107", "", "310107014001001"]


@pytest.mark.parametrize(("written", "why"), [("310199", "310199"), ("长寿路", "数字"), ("3101", "3101")])
def test_a_code_that_the_twin_does_not_know_is_refused_by_name(repository: Path, written: str, why: str) -> None:
    # given the bundled twin; when the centre of another area is asked for; then it is named
    project = load_project(repository / "cim_models" / "suhe")
    with pytest.raises(InputError, match=why):
        centre_area(project, written)


def test_a_twin_without_governance_has_no_centre_of_an_area(repository: Path) -> None:
    # given a twin that is not governed; when the centre of an area is asked for; then it says what to leave out
    project = replace(load_project(repository / "cim_models" / "suhe"), governance=None)
    with pytest.raises(InputError, match="--area"):
        centre_area(project, "310107")
    assert centre_area(project, "") == ""

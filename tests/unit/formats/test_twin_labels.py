"""The `[labels]` table of `twin.toml`: read as it is written; what is not there is named, and does not stay public."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.governed_hub import suhe_city
from fakes.small_hub import write_twin
from sanping.domain.errors import ProjectInvalid
from sanping.domain.label import NO_LABELS, Labels
from sanping.formats.project import load_project
from sanping.hub.sight import check_labels


def labelled(folder: Path, text: str) -> Labels:
    """Return what a small twin with three stations and one source labels."""
    write_twin(folder, {"gate": 1})
    with (folder / "twin.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    return load_project(folder).labels


def test_labels_are_read_as_they_are_written(tmp_path: Path) -> None:
    found = labelled(
        tmp_path,
        '[labels.stations]\n"S1" = "internal"\n"kind:level" = "internal"\n[labels.movers]\ngate = "sensitive"\n'
        '[labels.cases]\n"event:05" = "internal"\n[labels.layers]\ncomponents = "sensitive"\n',
    )

    assert found.is_declared
    assert (found.station("S1"), found.station("S9", ("level",)), found.mover("gate")) == (
        "internal", "internal", "sensitive",
    )  # fmt: skip
    assert (found.case("event", "0502"), found.layer("components")) == ("internal", "sensitive")


def test_a_twin_without_the_table_labels_nothing(tmp_path: Path) -> None:
    assert labelled(tmp_path, "") == NO_LABELS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[labels.layers]\nroofs = "internal"\n', "roofs"),
        ('[labels.movers]\ntaxis = "internal"\n', "taxis"),
        ('[labels.stations]\n"S9*" = "internal"\n', "S9"),
        ('[labels.stations]\n"kind:camera" = "internal"\n', "kind:camera"),
        ('[labels.cases]\n"0502" = "internal"\n', "labels"),
        ('[labels.stations]\nS1 = "secret"\n', "labels"),
    ],
)
def test_what_is_not_there_is_named_and_the_twin_does_not_open(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProjectInvalid) as caught:
        labelled(tmp_path, text)

    assert said in str(caught.value)
    assert "twin.toml" in str(caught.value)


def test_a_class_that_does_not_exist_keeps_a_hub_from_starting() -> None:
    rules = suhe_city().rules

    check_labels(replace(rules, labels=Labels(cases={"event:": "public", "event:0502": "internal"})))
    with pytest.raises(ProjectInvalid, match="event:9999"):
        check_labels(replace(rules, labels=Labels(cases={"event:9999": "internal"})))

"""Files of sunlight rules: those that come along, and broken ones."""

from pathlib import Path

import pytest

from sanping.domain.errors import ProjectInvalid
from sanping.formats.sunlight_rules import all_sunlight_rules, load_sunlight_rules

FOLDER = Path(__file__).parents[3] / "assets" / "sunlight"


def test_the_rules_that_come_along_are_read_and_the_national_ones_come_first() -> None:
    # given the folder of the program
    # when it is read
    found = all_sunlight_rules(FOLDER)

    # then the standard is first, and says what GB 50180 says of a large city in zone IV
    assert found[0].id == "gb50180"
    rule = next(rule for rule in found[0].rules if rule.id == "dwelling_medium")
    assert (rule.day, rule.hours, rule.from_h, rule.to_h, rule.counts) == ("greater_cold", 3.0, 8.0, 16.0, "sum")
    assert len(rule.solar_hours) == 480
    assert {rules.id for rules in found} >= {"shanghai", "beijing"}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ('day = "midsummer"', "rules.0.day"),
        ('day = "greater_cold"\nfrom = 16.0\nto = 8.0', "rules.0.to"),
        ("day = ", ""),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, wrong: str, place: str) -> None:
    # given a file that says something impossible
    path = tmp_path / "city.toml"
    window = "" if "from" in wrong else "from = 8.0\nto = 16.0\n"
    path.write_text(
        f'[title]\nzh = "某市"\n[source]\nzh = "某办法"\n[[rules]]\nid = "r"\ntitle = {{ zh = "住宅" }}\nhours = 2.0\n'
        f"{window}{wrong}\n",
        encoding="utf-8",
    )

    # when it is read, then the file and the place are named
    with pytest.raises(ProjectInvalid) as refused:
        load_sunlight_rules(path)
    assert refused.value.path == str(path)
    assert refused.value.place == place

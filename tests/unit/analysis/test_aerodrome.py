"""The surfaces of an aerodrome, at heights worked out by hand from the published figures."""

from pathlib import Path

import numpy as np
import pytest

from sanping.analysis.aerodrome import RunwayRule, aerodrome_surfaces
from sanping.domain.errors import ProjectInvalid
from sanping.formats.aerodromes import load_runway_rules

FILE = Path(__file__).parents[3] / "assets" / "aerodromes" / "annex14.toml"
ENDS = ((0.0, 0.0, 4.0), (0.0, 3000.0, 6.0))


@pytest.fixture(scope="module")
def rules() -> dict[str, RunwayRule]:
    return {rule.id: rule for rule in load_runway_rules(FILE)}


def lowest(rule: RunwayRule, *places: tuple[float, float]) -> list[float]:
    """Return the lowest of all surfaces at places."""
    at = np.array(places)
    return np.min([surface.limit_m(at) for surface in aerodrome_surfaces(rule, ENDS)], axis=0).tolist()  # type: ignore[no-any-return]


def test_a_precision_runway_has_the_heights_of_the_standard(rules: dict[str, RunwayRule]) -> None:
    # given a runway of 3 km to the north whose ends lie at 4 m and 6 m
    rule = rules["precision-4"]

    # then beside it the limit is 45 m above the higher end, up to 4 km, and rises by 5 % over 2 km more
    assert lowest(rule, (3000.0, 1500.0), (-3999.0, 1500.0)) == pytest.approx([51.0, 51.0])
    assert lowest(rule, (5000.0, 1500.0), (5999.0, 1500.0)) == pytest.approx([51.0 + 50.0, 51.0 + 99.95])
    assert lowest(rule, (6001.0, 1500.0)) == [np.inf]

    # and before the southern end it is the approach: 2 % over the first 3 km, then 2.5 %, beginning 60 m out
    assert lowest(rule, (590.0, -4060.0)) == pytest.approx([51.0 + (np.hypot(590.0, 4060.0) - 4000.0) * 0.05])
    approach = next(s for s in aerodrome_surfaces(rule, ENDS) if s.title.en == "Approach (180°)")
    along = np.array([(0.0, -60.0), (0.0, -3060.0), (0.0, -6660.0), (0.0, -15_060.0), (0.0, -15_061.0)])
    assert approach.limit_m(along) == pytest.approx([4.0, 64.0, 154.0, 154.0, np.inf])
    assert approach.limit_m(np.array([(589.0, -3060.0), (591.0, -3060.0)])) == pytest.approx([64.0, np.inf])

    # and the climb is no wider than 1 800 m, the transition begins 140 m from the middle at 14.3 %
    climb = next(s for s in aerodrome_surfaces(rule, ENDS) if s.title.en == "Take-off climb (0°)")
    assert climb.limit_m(np.array([(899.0, 13_060.0), (901.0, 13_060.0)])) == pytest.approx([6.0 + 200.0, np.inf])
    assert lowest(rule, (240.0, 1500.0)) == pytest.approx([5.0 + 100.0 * 0.143])
    assert lowest(rule, (240.0, 0.0)) == pytest.approx([4.0 + 100.0 * 0.143])


def test_the_transition_goes_up_from_the_sides_of_the_approach_to_the_inner_surface(
    rules: dict[str, RunwayRule],
) -> None:
    # given the transition of a runway, and places beside its southern approach, 1 km out
    rule = rules["precision-4"]
    side = next(s for s in aerodrome_surfaces(rule, ENDS) if s.title.en == "Transitional surface")

    # then it stands on the approach's edge and ends where the inner horizontal surface begins
    edge = 140.0 + 1000.0 * 0.15
    foot = 4.0 + 1000.0 * 0.02
    reach = (51.0 - foot) / 0.143
    at = np.array([(edge - 1.0, -1060.0), (edge, -1060.0), (edge + reach - 1.0, -1060.0), (edge + reach + 1, -1060.0)])
    assert side.limit_m(at) == pytest.approx([np.inf, foot, 51.0 - 0.143, np.inf], abs=1e-6)


def test_smaller_runways_have_nearer_and_lower_surfaces(rules: dict[str, RunwayRule]) -> None:
    small, large = rules["visual-1"], rules["visual-4"]
    assert (small.inner_radius_m, small.conical_height_m, small.approach.sections) == (2000.0, 35.0, ((1600.0, 0.05),))
    assert lowest(small, (2650.0, 1500.0)) == pytest.approx([51.0 + 32.5])
    assert lowest(large, (2650.0, 1500.0)) == pytest.approx([51.0])
    assert "Annex 14" in small.source.en


def test_a_broken_file_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("transitional = 0.143", "transitional = -1", 1))
    with pytest.raises(ProjectInvalid) as caught:
        load_runway_rules(path)
    assert "transitional" in caught.value.place
    path.write_text("title = ")
    with pytest.raises(ProjectInvalid):
        load_runway_rules(path)


TABLE = {  # inner radius, conical height, inner edge, distance, divergence %, first slope %, transitional %
    "visual-1": (2000, 35, 60, 30, 10, 5.0, 20.0),
    "visual-2": (2500, 55, 80, 60, 10, 4.0, 20.0),
    "visual-3": (4000, 75, 150, 60, 10, 3.33, 14.3),
    "visual-4": (4000, 100, 150, 60, 10, 2.5, 14.3),
    "non-precision-2": (3500, 60, 140, 60, 15, 3.33, 20.0),
    "non-precision-3": (4000, 75, 280, 60, 15, 2.0, 14.3),
    "non-precision-4": (4000, 100, 280, 60, 15, 2.0, 14.3),
    "precision-2": (3500, 60, 140, 60, 15, 2.5, 14.3),
    "precision-4": (4000, 100, 280, 60, 15, 2.0, 14.3),
}
"""ICAO Annex 14, Volume I, table 4-1."""


def test_the_file_says_what_table_4_1_says(rules: dict[str, RunwayRule]) -> None:
    # given the kinds of runways of the file
    found = {
        name: (rule.inner_radius_m, rule.conical_height_m, rule.approach.edge_m, rule.approach.distance_m,
               100 * rule.approach.divergence, 100 * rule.approach.sections[0][1], 100 * rule.transitional_slope)
        for name, rule in rules.items()
    }  # fmt: skip

    # then each has the figures of its column, and approaches by instruments of codes 3 and 4 are 15 km long
    assert set(found) == set(TABLE)
    for name, figures in TABLE.items():
        assert found[name] == pytest.approx(figures), name
    long = [sum(length for length, _ in rules[name].approach.sections) for name in ("non-precision-3", "precision-4")]
    assert long == [15_000.0, 15_000.0]

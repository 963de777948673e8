"""docs/reference/quality.md says what the presets of sanping.scene are set to."""

import re
from pathlib import Path

import pytest

from sanping.scene import city_scene, content, quality
from sanping.scene.layers import tiles, water

LEVELS = (-1, 0, 1, 2)


def row_of(page: str, start: str) -> list[str]:
    """Return the cells of the table row that begins with `start`, digits only."""
    line = next(line for line in page.splitlines() if line.startswith(f"| {start}"))
    return ["".join(re.findall(r"[\d.]", cell)) for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize(
    ("start", "values"),
    [
        ("grid of shadows", [content._CELLS[level] for level in LEVELS]),
        ("steps of the mirror", [water._STEPS[level] for level in LEVELS]),
        ("far blocks instead", [tiles._FAR_BEYOND_M[level] / 1000 for level in LEVELS]),
        ("most triangles", [tiles._BUDGETS[level] for level in LEVELS]),
        ("阴影与天光的网格", [content._CELLS[level] for level in LEVELS]),
        ("水面倒影的步数", [water._STEPS[level] for level in LEVELS]),
        ("改画远景体块的距离", [tiles._FAR_BEYOND_M[level] / 1000 for level in LEVELS]),
        ("一帧最多三角形", [tiles._BUDGETS[level] / 10_000 for level in LEVELS]),
    ],
)
def test_the_page_gives_the_values_of_the_code(repository: Path, start: str, values: list[float]) -> None:
    # given the page; when a row is read; then it names what the code uses
    page = (repository / "docs" / "reference" / "quality.md").read_text(encoding="utf-8")
    assert [float(cell) for cell in row_of(page, start)] == pytest.approx(values)


def test_the_page_names_the_limits_of_auto_and_the_samples_of_shade(repository: Path) -> None:
    # given the page; when it is read; then the limits are those of the code
    page = (repository / "docs" / "reference" / "quality.md").read_text(encoding="utf-8")
    assert f"below {quality._HIGH_BELOW_MS:.0f} ms" in page
    assert f"below {quality._STANDARD_BELOW_MS:.0f} ms" in page
    for taps in city_scene._SHADE_TAPS.values():
        assert f"half size, {taps} samples" in page

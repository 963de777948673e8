"""The photos of invented cases: a place in trouble and the same place put right, as the script draws them."""

from pathlib import Path

import numpy as np
from cim_models.suhe.make.case_photos import SIZE, write_case_photos
from PIL import Image

OURS = Path(__file__).resolve().parents[3] / "cim_models" / "suhe" / "governance" / "photos"


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


def test_the_photos_of_the_twin_are_those_that_the_script_draws(tmp_path: Path) -> None:
    # given the photos drawn anew
    names = write_case_photos(tmp_path)

    # when they are laid beside those of the twin
    apart = {name: float(np.abs(pixels(tmp_path / name) - pixels(OURS / name)).mean()) for name in names}

    # then each is there, small enough for a phone, and the same but for how it was packed
    assert sorted(names) == sorted(path.name for path in OURS.iterdir())
    assert all(share < 2 for share in apart.values())
    assert all((OURS / name).stat().st_size < 60_000 for name in names)
    assert {pixels(OURS / name).shape for name in names} == {(SIZE[1], SIZE[0], 3)}


def test_a_place_put_right_differs_from_itself_in_trouble() -> None:
    # given both photos of each place
    # when they are compared
    # then trouble can be seen
    for number in range(1, 5):
        apart = np.abs(pixels(OURS / f"scene-{number}.jpg") - pixels(OURS / f"after-{number}.jpg")).max(axis=2)
        assert 0.01 < (apart > 40).mean() < 0.3

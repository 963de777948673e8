"""The wheel is whole: code, assets, bundled twins, licence and the command."""

import subprocess
import sys
import zipfile
from pathlib import Path

from architecture.source_tree import PACKAGE, REPOSITORY


def test_the_wheel_carries_code_assets_and_twins(tmp_path: Path) -> None:
    # given the repository

    # when the wheel is built
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=REPOSITORY, capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    # then what the program looks for at run time lies inside the package
    assert "sanping/__main__.py" in names
    assert any(name.startswith("sanping/assets/shaders/") for name in names)
    assert any(name.startswith("sanping/assets/fonts/") for name in names)
    assert "sanping/cim_models/suhe/twin.toml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("app/", "tests/"))]


def test_the_editable_install_uses_the_source_tree() -> None:
    # given the package as the tests see it
    import sanping

    # when its place is asked for
    place = Path(sanping.__file__ or "").parent

    # then it is the source tree, and assets are found at the repository's root
    assert place == PACKAGE

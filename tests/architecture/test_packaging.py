"""The wheel is whole: code, assets, bundled twins, licence and the command."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

from architecture.source_tree import PACKAGE, REPOSITORY, Source, package_sources


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
    is_page_built = (REPOSITORY / "app" / "web" / "dist" / "index.html").exists()
    assert ("sanping/phone_page/index.html" in names) is is_page_built
    assert not [name for name in names if "node_modules" in name or name.endswith((".ts", ".tsx"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("app/", "tests/"))]


def test_the_editable_install_uses_the_source_tree() -> None:
    # given the package as the tests see it
    import sanping

    # when its place is asked for
    place = Path(sanping.__file__ or "").parent

    # then it is the source tree, and assets are found at the repository's root
    assert place == PACKAGE


def test_every_package_that_the_program_imports_is_declared() -> None:
    # given what the package imports from outside, and what pyproject.toml asks for
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    declared = {normalised(re.split(r"[<>=!~;\[ ]", line)[0]) for line in lines}
    imported = {name for source in package_sources() for name in outside_imports(source)}

    # when each import is traced to the distributions that bring it
    owners = packages_distributions()
    found = [name for name in sorted(imported) if not {normalised(owner) for owner in owners.get(name, [])} & declared]

    # then none comes in by the back door of another package's dependencies
    assert not found, "\n".join(["", *found])


def outside_imports(source: Source) -> set[str]:
    """Return the top-level names that a file imports and that are neither Python's own nor ours."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"sanping"}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_an_import_of_a_file_is_seen_wherever_it_stands() -> None:
    # given a file with imports at the top, in a function and from a submodule
    text = "import os\nfrom sanping.domain import geo\ndef f():\n    import pandas.api\n    from PIL.Image import open"

    # when its outside imports are gathered
    found = outside_imports(Source(path="app/sanping/x.py", text=text))

    # then only foreign packages remain
    assert found == {"pandas", "PIL"}

"""`analysis.wall_kernels`: both loops find the same crossings, and no compiled code calls out of its own file."""

import importlib
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.extending import is_jitted

import sanping.analysis
from sanping.analysis.wall_kernels import path_differences, walls_between

KERNELS = [one.name for one in pkgutil.iter_modules(sanping.analysis.__path__) if one.name.endswith("_kernels")]
SCRIPT = """
import numpy as np
from sanping.analysis import wall_kernels
point, edge = np.array([[0.0, 0.0, 1.0]]), np.array([[5.0, -5.0, 5.0, 5.0]])
print(wall_kernels.walls_between(point, point + [[9.0, 0.0, 0.0]], edge, np.array([7.0]))[0, 0])
print(*wall_kernels.walls_between.stats.cache_hits.values())
"""


def test_both_loops_agree_with_the_crossings_found_one_by_one() -> None:
    # given walls every which way, and ways between places on both sides of them
    dice = np.random.default_rng(7)
    at = dice.uniform(-80.0, 80.0, (40, 2))
    edges = np.hstack([at, at + dice.normal(0.0, 12.0, (40, 2))])
    tops = dice.uniform(3.0, 40.0, 40)
    sources, receivers = (dice.uniform(-100.0, 100.0, (count, 3)) * [1.0, 1.0, 0.1] + [0, 0, 12] for count in (3, 25))

    # when both are asked, and each way is solved against each wall as two equations
    highest, detour = (loop(sources, receivers, edges, tops) for loop in (walls_between, path_differences))
    wanted = np.full((25, 3), -np.inf)
    longer = np.zeros((25, 3))
    for (r, s), _ in np.ndenumerate(wanted):
        way = receivers[r] - sources[s]
        for edge, top in zip(edges, tops, strict=True):
            share, along = np.linalg.solve(np.column_stack([way[:2], edge[:2] - edge[2:]]), edge[:2] - sources[s, :2])
            if 0.0 < share < 1.0 and 0.0 <= along <= 1.0 and top > sources[s, 2] + share * way[2]:
                over = np.append(sources[s, :2] + share * way[:2], top)
                bent = np.linalg.norm(over - sources[s]) + np.linalg.norm(receivers[r] - over)
                wanted[r, s] = max(wanted[r, s], top)
                longer[r, s] = max(longer[r, s], bent - np.linalg.norm(way))

    # then they say the same
    assert np.isfinite(wanted).any()
    assert highest.tolist() == wanted.tolist()
    assert detour == pytest.approx(longer)


@pytest.mark.parametrize("name", KERNELS)
def test_compiled_code_calls_only_what_stands_in_its_own_file(name: str) -> None:
    # given the compiled functions of a module; what one calls elsewhere may change without its own being made anew
    module: Any = importlib.import_module(f"sanping.analysis.{name}")
    functions = [one for one in vars(module).values() if is_jitted(one)]

    for one in functions:
        called = [module.__dict__.get(word) for word in one.py_func.__code__.co_names]
        assert {other.py_func.__code__.co_filename for other in called if is_jitted(other)} <= {module.__file__}
    assert functions


def test_what_is_compiled_is_kept_and_made_anew_when_the_file_changes(tmp_path: Path) -> None:
    # given a copy of the two modules in a package of their own
    package = tmp_path / "sanping" / "analysis"
    package.mkdir(parents=True)
    for empty in (package, package.parent):
        (empty / "__init__.py").touch()
    for name in ("compiled", "wall_kernels"):
        shutil.copy(Path(sanping.analysis.__path__[0]) / f"{name}.py", package)

    # when it runs twice, and once more after the shared piece has changed
    said = [_run(tmp_path), _run(tmp_path)]
    kernels = package / "wall_kernels.py"
    kernels.write_text(kernels.read_text("utf-8").replace("return float(share)", "return 0.0 * share"), "utf-8")
    said.append(_run(tmp_path))

    # then the second found it kept, and the third compiled what calls that piece, too
    assert said == [["7.0"], ["7.0", "1"], ["-inf"]]


def _run(folder: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=folder, capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(folder)})  # fmt: skip
    return done.stdout.split()

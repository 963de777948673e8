"""sanping.scene.uniforms, sanping.scene.shaders: declared once, composed whole."""

import re
from pathlib import Path

import numpy as np
import pytest

from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import FLOATS, SCENE_UNIFORMS, SceneUniforms, glsl_names


class Receiver:
    """Stands where a vtkUniforms stands, and keeps what it was given."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def SetUniform1fv(self, name: str, count: int, values: np.ndarray) -> None:  # noqa: N802
        assert name == "uScene"
        self.values = [float(value) for value in values[:count]]


def test_every_uniform_has_its_own_cells() -> None:
    # given the declared uniforms
    lines = glsl_names().splitlines()

    # when their cells are counted
    cells = [int(cell) for line in lines for cell in re.findall(r"uScene\[(\d+)\]", line)]

    # then none is shared and none is left over
    assert len(lines) == len(SCENE_UNIFORMS)
    assert cells == list(range(FLOATS))


def test_a_value_reaches_every_receiver_in_its_cells() -> None:
    # given two receivers
    uniforms, first, second = SceneUniforms(), Receiver(), Receiver()
    uniforms.join([first, second])

    # when a value is set and sent, after one has left
    uniforms.set("uEye", 1.0, 2.0, 3.0)
    uniforms.send()
    uniforms.leave([second])
    uniforms.set("uEye", 7.0, 8.0, 9.0)
    uniforms.send()

    # then the one that stayed has the last value, the other the one before
    assert first.values[1:4] == [7.0, 8.0, 9.0]
    assert second.values[1:4] == [1.0, 2.0, 3.0]
    assert uniforms.value("uEye") == (7.0, 8.0, 9.0)


def test_a_value_of_the_wrong_size_is_refused() -> None:
    # given the uniforms
    uniforms = SceneUniforms()

    # when a direction is given two numbers, then it says how many it takes
    with pytest.raises(ValueError, match="uSun takes 3"):
        uniforms.set("uSun", 0.0, 1.0)


def test_an_include_comes_once_and_names_come_first(tmp_path: Path) -> None:
    # given a source that includes the same file by two ways
    (tmp_path / "a.glsl").write_text('float a;\n#include "b.glsl"\n', encoding="utf-8")
    (tmp_path / "b.glsl").write_text("//SCENE\nfloat b;\n", encoding="utf-8")
    (tmp_path / "whole.glsl").write_text('#include "a.glsl"\n#include "b.glsl"\nvoid main() {}\n', encoding="utf-8")

    # when it is composed
    source = ShaderLibrary(tmp_path).source("whole", {"DETAIL": 2})

    # then each part is there once, the version tag and the defines lead, and the uniforms have names
    assert source.startswith("//VTK::System::Dec\n#define DETAIL 2\n")
    assert source.count("float b;") == 1
    assert "#define uTime" in source
    assert "#include" not in source


def test_shaders_use_no_uniform_that_is_not_declared(repository: Path) -> None:
    # given the shader sources and the names of the scene's uniforms
    own = {"uOpacity", "uLift", "uImagery", "uColour", "uScene", "uShare", "uSkin"}
    known = {uniform.name for uniform in SCENE_UNIFORMS} | own

    # when names that look like uniforms are collected
    used = {
        (path.name, name)
        for path in (repository / "assets" / "shaders").glob("*.glsl")
        for name in re.findall(r"\bu[A-Z][A-Za-z]*\b", path.read_text(encoding="utf-8"))
    }

    # then all are declared
    assert {pair for pair in used if pair[1] not in known} == set()


def test_no_shader_steps_backwards(repository: Path) -> None:
    # given all shader sources: smoothstep with falling edges is undefined in GLSL
    pattern = re.compile(r"smoothstep\((-?[\d.]+), (-?[\d.]+),")

    # when literal edges are compared
    backward = [
        (path.name, match.group(0))
        for path in (repository / "assets" / "shaders").glob("*.glsl")
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
        if float(match.group(1)) >= float(match.group(2))
    ]

    # then none falls
    assert backward == []

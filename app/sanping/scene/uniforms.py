"""The numbers every shader may read, declared once; no shader declares one of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sanping.domain.geo import Float32Array

_GLSL_TYPES = {1: "float", 2: "vec2", 3: "vec3", 4: "vec4"}


@dataclass(frozen=True, slots=True)
class Uniform:
    """One named value of `size` floats (1 to 4); `meaning` says its unit and frame."""

    name: str
    size: int
    meaning: str


SCENE_UNIFORMS = (
    Uniform("uTime", 1, "seconds of animation, wraps every hour"),
    Uniform("uEye", 3, "eye point, scene metres"),
    Uniform("uRight", 3, "camera axis to the right, times the tangent of half the horizontal opening angle"),
    Uniform("uUp", 3, "camera axis up, times the tangent of half the vertical opening angle"),
    Uniform("uForward", 3, "way through the middle of the picture: the unit line of sight, but for parts of a picture"),
    Uniform("uViewport", 2, "width and height of the picture in pixels"),
    Uniform("uSun", 3, "unit vector towards the sun or moon"),
    Uniform("uSunColour", 3, "linear colour of direct light"),
    Uniform("uAmbient", 3, "linear colour of light from the whole sky"),
    Uniform("uZenith", 3, "linear colour of the sky overhead"),
    Uniform("uHorizon", 3, "linear colour of the sky at the horizon, and of fog"),
    Uniform("uGlow", 3, "linear colour of the lit city under the horizon haze"),
    Uniform("uFog", 2, "distance at which fog has taken 63 % of a colour, and height over which low fog thins, metres"),
    Uniform("uLamps", 1, "share of artificial light switched on, 0 … 1"),
    Uniform("uGround", 1, "height of the ground plane, scene metres"),
    Uniform("uInvent", 1, "1 where a made-up country may continue the data, 0 around real data"),
    Uniform("uExtent", 4, "west, south, east, north of the data, scene metres"),
    Uniform("uField", 4, "west, south, cell size (scene metres) and columns of the city field; columns 0: no field"),
    Uniform("uFieldHeights", 2, "height of code 0 and metres per code step of the city field"),
    Uniform("uShade", 1, "share of direct light that a baked shadow takes, 0 … 1"),
    Uniform("uDetail", 1, "-1 draft, 0 soft, 1 standard, 2 high"),
    Uniform("uTone", 3, "exposure, gamma and saturation, for the preset that finishes in its shaders"),
    Uniform("uSunAcross", 4, "row that turns a scene point into the first place 0 … 1 in the sharp shadow map"),
    Uniform("uSunUpward", 4, "row for the second place in the sharp shadow map"),
    Uniform("uSunDeep", 4, "row for the depth 0 … 1 in the sharp shadow map"),
    Uniform("uSunTexel", 1, "metres of one texel of the sharp shadow map; 0: no map"),
    Uniform("uCover", 4, "west, south, width, height of the cover map, scene metres; width 0: no map"),
    Uniform("uCutPlane", 4, "normal of a section's plane and its offset: cut away where their sum with a point is > 0"),
    Uniform("uCutLow", 3, "lowest corner of a section's box, scene metres"),
    Uniform("uCutHigh", 3, "highest corner of a section's box, scene metres"),
    Uniform("uGhost", 3, "height above which objects are ghosts, their opacity, and that of what is not selected"),
)

FLOATS = sum(uniform.size for uniform in SCENE_UNIFORMS)


def glsl_names() -> str:
    """GLSL lines that name each value inside the one array `uScene`."""
    lines, first = [], 0
    for uniform in SCENE_UNIFORMS:
        cells = ", ".join(f"uScene[{first + i}]" for i in range(uniform.size))
        kind = _GLSL_TYPES[uniform.size]
        lines.append(
            f"#define {uniform.name} ({cells})" if kind == "float" else f"#define {uniform.name} {kind}({cells})"
        )
        first += uniform.size
    return "\n".join(lines) + "\n"


class SceneUniforms:
    """The values of one frame; every material that joined receives them in one call."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, int]] = {}
        first = 0
        for uniform in SCENE_UNIFORMS:
            self._first[uniform.name] = (first, uniform.size)
            first += uniform.size
        self._values: Float32Array = np.zeros(FLOATS, np.float32)
        self._receivers: list[Any] = []

    def join(self, receivers: Sequence[Any]) -> None:
        """Add `vtkUniforms` objects that are to receive the values from now on."""
        for receiver in receivers:
            receiver.SetUniform1fv("uScene", FLOATS, self._values)
        self._receivers.extend(receivers)

    def leave(self, receivers: Sequence[Any]) -> None:
        """Forget receivers that joined before."""
        gone = {id(receiver) for receiver in receivers}
        self._receivers = [receiver for receiver in self._receivers if id(receiver) not in gone]

    def set(self, name: str, *values: float) -> None:
        """Set one value; raises ValueError when the count is not the declared one."""
        first, size = self._first[name]
        if len(values) != size:
            raise ValueError(f"{name} takes {size} values, not {len(values)}")
        self._values[first : first + size] = values

    def value(self, name: str) -> tuple[float, ...]:
        """Return one value as it was last set."""
        first, size = self._first[name]
        return tuple(float(v) for v in self._values[first : first + size])

    def send(self) -> None:
        """Hand the values to every receiver."""
        for receiver in self._receivers:
            receiver.SetUniform1fv("uScene", FLOATS, self._values)

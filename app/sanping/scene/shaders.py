"""Loads the shader sources of `assets/shaders` and composes them; knows no VTK."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sanping.scene.uniforms import glsl_names

_INCLUDE = re.compile(r'^#include "([a-z_]+\.glsl)"$', re.MULTILINE)
_HEAD = "//VTK::System::Dec\n"


class ShaderLibrary:
    """All shader sources of one folder.

    A source may hold lines `#include "name.glsl"`; each file is included once. `//SCENE` is replaced by the names
    of the scene's uniforms.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def source(self, name: str, defines: Mapping[str, str | int] | None = None) -> str:
        """Return the whole source of `name` ("facade.frag"), preprocessor names first.

        Raises FileNotFoundError when the folder lacks the file or one it includes.
        """
        heads = "".join(f"#define {key} {value}\n" for key, value in (defines or {}).items())
        return _HEAD + heads + _composed(self._folder, f"{name}.glsl")


@lru_cache(maxsize=64)
def _composed(folder: Path, file_name: str) -> str:
    seen: set[str] = set()

    def expand(name: str) -> str:
        if name in seen:
            return ""
        seen.add(name)
        return _INCLUDE.sub(lambda match: expand(match.group(1)), (folder / name).read_text(encoding="utf-8"))

    return expand(file_name).replace("//SCENE", "//VTK::CustomUniforms::Dec\n" + glsl_names())

"""Scenes as they are kept between two starts, each in its twin; pure functions over `Settings`."""

from types import MappingProxyType
from typing import Any, cast

import msgspec

from sanping.commands.director_decisions import SCENE_KEYS
from sanping.commands.director_state import SCENES, Scene
from sanping.domain.errors import InputError
from sanping.settings.settings import Settings, StoredScene
from sanping.stage.sharing import checked_value
from sanping.wire.show import ViewKey


def scenes_in(settings: Settings, twin: str) -> tuple[Scene, ...]:
    """Return the scenes that were kept in a twin; what cannot be shown any more is left out of a scene."""
    found = {stored.number: _scene(stored) for stored in settings.scenes if stored.twin == twin}
    return tuple(found[number] for number in sorted(found) if 1 <= number <= SCENES)


def with_scenes(settings: Settings, twin: str, scenes: tuple[Scene, ...]) -> Settings:
    """Keep these scenes as all of a twin's."""
    others = tuple(stored for stored in settings.scenes if stored.twin != twin)
    own = tuple(
        StoredScene(
            twin=twin,
            number=scene.number,
            name=scene.name,
            values={key: cast("Any", msgspec.json.decode(value)) for key, value in scene.values.items()},
        )
        for scene in scenes
    )
    return settings.model_copy(update={"scenes": (*others, *own)})


def _scene(stored: StoredScene) -> Scene:
    values: dict[ViewKey, bytes] = {}
    for key in SCENE_KEYS:
        if key in stored.values:
            value = msgspec.json.encode(stored.values[key])
            try:
                checked_value(key, value)
            except InputError:
                continue
            values[key] = value
    return Scene(number=stored.number, name=stored.name, values=MappingProxyType(values))

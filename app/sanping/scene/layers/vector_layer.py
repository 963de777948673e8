"""What the layers of flat things share: materials by style, actors, visibility."""

from typing import Any

from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture

_NOT_IN_DRAFTS = ("tree", "bank")


class FlatLayer:
    """Actors with their materials; subclasses build actors once and say which fragment a style uses."""

    def __init__(self, context: SceneContext) -> None:
        self.context = context
        self._parts: list[tuple[Material, Any, str]] = []
        self._aside: list[Material] = []
        self._look: LayerLook | None = None

    def add_part(self, material: Material, mapper: Any, family: str, *, is_translucent: bool = False) -> Any:
        """Draw `mapper` with a material whose fragment is `<family>_<style>`."""
        actor = material.dress(mapper, is_translucent=is_translucent)
        self.context.renderer.AddActor(actor)
        self._parts.append((material, actor, family))
        return actor

    def dress_aside(self, material: Material, mapper: Any) -> Any:
        """Return an actor that is not part of the picture; its material goes with the layer."""
        self._aside.append(material)
        return material.dress(mapper)

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says; nothing happens when it is the present look."""
        if look == self._look:
            return
        for material, actor, family in self._parts:
            actor.SetVisibility(look.is_visible and not (look.detail < 0 and family in _NOT_IN_DRAFTS))
            material.set_fragment(f"{family}_{look.style}")
            material.define(**self.defines(look))
            material.toggle("CUT_GROUND", is_on=look.cut > 1)
            material.set_number("uOpacity", look.opacity)
        self._look = look

    def defines(self, look: LayerLook) -> dict[str, str | int]:
        """Preprocessor names of a look."""
        return {"DETAIL": look.detail}

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        for material, _, _ in self._parts:
            for name, texture in textures.items():
                material.set_texture(name, texture)

    @property
    def actors(self) -> list[Any]:
        """The actors of the layer."""
        return [actor for _, actor, _ in self._parts]

    def release(self) -> None:
        """Take every actor out of the renderer."""
        for material, actor, _ in self._parts:
            self.context.renderer.RemoveActor(actor)
            material.release()
        for material in self._aside:
            material.release()
        self._parts.clear()
        self._aside.clear()

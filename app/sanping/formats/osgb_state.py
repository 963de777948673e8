"""States of an OSGB file: textures and materials, and what is passed over on the way to them."""

from dataclasses import dataclass, replace

import numpy as np

from sanping.domain.texture import Wrap
from sanping.formats.osgb_objects import Objects
from sanping.formats.pictures import WRAPS, packed

_RGB, _RGBA, _LUMINANCE, _BYTES = 0x1907, 0x1908, 0x1909, 0x1401


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How things look: a packed picture or the name of one beside, what is beyond its edges, a colour."""

    picture: bytes = b""
    picture_name: str = ""
    wraps: tuple[Wrap, Wrap] = ("repeat", "repeat")
    colour: tuple[float, float, float] | None = None

    @property
    def has_any(self) -> bool:
        """Say whether it says anything."""
        return bool(self.picture) or bool(self.picture_name) or self.colour is not None


class States:
    """Reads states; those that come again are known by their number."""

    def __init__(self, objects: Objects) -> None:
        self._objects, self._stream = objects, objects.stream
        self._known: dict[int, Look] = {}
        self._looks: dict[int, Look] = {}

    def look(self, otherwise: Look) -> Look:
        """Return the look that the next state gives, or the one from above."""
        if not self._stream.flag():
            return otherwise
        name, number, end = self._objects.head()
        if not name:
            return otherwise
        if number not in self._looks:
            if name != "osg::StateSet":
                raise self._stream.unsupported(name)
            self._looks[number] = self._state()
        self._stream.skip_to(end)
        found = self._looks[number]
        return found if found.has_any else otherwise

    def _state(self) -> Look:
        """Return the look that a StateSet gives; its head is read already."""
        stream = self._stream
        self._objects.object_fields()
        if stream.flag():
            self._modes()
        look = Look()
        if stream.flag():
            look = self._attributes(look)
        if stream.flag():
            count = stream.count(4)
            stream.open_bracket()
            for _ in range(count):
                self._modes()
        if stream.flag():
            count = stream.count(4)
            stream.open_bracket()
            for _ in range(count):
                look = self._attributes(look)
        if stream.flag():
            self._uniforms()
        stream.take(12)
        stream.text()
        stream.take(1)
        self._objects.optional()
        self._objects.optional()
        return look  # defines, of newer writers, stand last and are of no use here

    def _modes(self) -> None:
        count = self._stream.count(8)
        if count:
            self._stream.open_bracket()
            self._stream.take(8 * count)

    def _uniforms(self) -> None:
        stream = self._stream
        count = stream.count(8)
        stream.open_bracket()
        for _ in range(count):
            name, _, end = self._objects.head()
            if name and end < 0:
                raise stream.unsupported(name)
            stream.skip_to(end)
            stream.whole()

    def _attributes(self, look: Look) -> Look:
        stream = self._stream
        count = stream.count(8)
        if not count:
            return look
        stream.open_bracket()
        for _ in range(count):
            look = self._attribute(look)
            stream.whole()
        return look

    def _attribute(self, look: Look) -> Look:
        stream = self._stream
        name, number, end = self._objects.head()
        if not name:
            return look
        if number in self._known:
            found = self._known[number]
        elif name in ("osg::Material", "osg::Texture2D", "osg::TexEnv"):
            self._objects.object_fields()
            self._objects.optional()
            self._objects.optional()
            if name == "osg::Material":
                found = Look(colour=self._diffuse())
            elif name == "osg::Texture2D":
                found = self._texture()
            else:
                stream.take(4 + 16)
                found = Look()
            self._known[number] = found
        elif end < 0:
            raise stream.unsupported(name)
        else:
            found = Look()
        stream.skip_to(end)
        is_new = not look.picture and not look.picture_name
        return replace(found if is_new else look, colour=look.colour or found.colour)

    def _diffuse(self) -> tuple[float, float, float] | None:
        stream = self._stream
        stream.whole()
        diffuse = None
        for number in range(4):
            if stream.flag():
                stream.flag()
                values = stream.floats(8)
                if number == 1:
                    diffuse = values[:3]
        if stream.flag():
            stream.flag()
            stream.floats(2)
        if diffuse is None or not all(0.0 <= value <= 1.0 for value in diffuse) or min(diffuse) > 0.99:
            return None  # white says nothing
        return diffuse[0], diffuse[1], diffuse[2]

    def _texture(self) -> Look:
        stream = self._stream
        across, down, *_ = (WRAPS.get(stream.whole(), "repeat") if stream.flag() else "repeat" for _ in range(5))
        stream.floats(1)
        stream.take(4)
        stream.doubles(4)
        stream.take(8)
        for _ in range(3):
            if stream.flag():
                stream.whole()
        stream.take(1 + 4 + 4 + 4)
        if stream.version >= 98 and stream.flag():
            stream.text()
        if stream.version >= 155:
            stream.floats(3)
        look = self._image() if stream.flag() else Look()
        stream.take(8)
        return replace(look, wraps=(across, down))

    def _image(self) -> Look:
        stream = self._stream
        if stream.version > 94:
            stream.text()
        number = stream.whole()
        if number in self._known:
            return self._known[number]
        name = stream.text()
        stream.whole()
        decision = stream.whole()
        picture = b""
        if decision == 0:
            picture = self._raw_pixels()
        elif decision == 1:
            picture = stream.take(stream.count())
        self._objects.object_fields()
        self._known[number] = Look(picture=picture, picture_name="" if picture else name)
        return self._known[number]

    def _raw_pixels(self) -> bytes:
        """Pack pixels that lie in the file as they are, the lowest row first or the top one."""
        stream = self._stream
        origin, columns, rows = stream.whole(), stream.whole(), stream.whole()
        stream.take(8)
        layout, kind = stream.whole(), stream.whole()
        stream.take(8)
        data = stream.take(stream.count())
        stream.take(4 * stream.count(4))
        channels = {_RGB: 3, _RGBA: 4, _LUMINANCE: 1}.get(layout, 0)
        if kind != _BYTES or not channels or rows * columns * channels != len(data) or not data:
            return b""
        pixels = np.frombuffer(data, np.uint8).reshape(rows, columns, channels)
        colours = np.repeat(pixels, 3, axis=2) if channels == 1 else pixels[..., :3]
        return packed(np.ascontiguousarray(colours if origin else colours[::-1]))

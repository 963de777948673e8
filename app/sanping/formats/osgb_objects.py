"""What every object of an OSGB file begins with, and how to pass over those that are of no use."""

from collections.abc import Callable

from sanping.formats.osgb_stream import OsgbStream


class Objects:
    """Reads the heads of objects, as they lie in the file."""

    def __init__(self, stream: OsgbStream) -> None:
        self.stream = stream

    def head(self) -> tuple[str, int, int]:
        """Return class, number and end (−1: not known) of the next object; no class for none."""
        name = self.stream.text()
        if name == "NULL":
            return "", 0, -1
        end = self.stream.open_bracket()
        number = self.stream.whole()
        return name, number, end

    def object_fields(self) -> None:
        """Pass what every object has: name, variance, data of users."""
        self.stream.text()
        self.stream.whole()
        if self.stream.version >= 77:
            self.optional(self._user_data)
        elif self.stream.flag():
            raise self.stream.unsupported("UserData")

    def optional(self, read: Callable[[], None] | None = None) -> None:
        """Pass an object that may be there; one of a kind that we do not read only where its end is known."""
        if not self.stream.flag():
            return
        if read is not None:
            read()
            return
        name, _, end = self.head()
        if name and end < 0:
            raise self.stream.unsupported(name)
        self.stream.skip_to(end)

    def _user_data(self) -> None:
        name, _, end = self.head()
        if name and end < 0:
            if name != "osg::DefaultUserDataContainer":
                raise self.stream.unsupported(name)
            self.object_fields()
            if self.stream.flag():
                raise self.stream.unsupported("UserData")
            if self.stream.flag():
                for _ in range(self.stream.count(4)):
                    self.stream.text()
            if self.stream.flag():
                raise self.stream.unsupported("UserObjects")
        self.stream.skip_to(end)

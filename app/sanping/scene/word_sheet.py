"""Words that come and go, in one texture: each is drawn once, and the sheet is packed anew when one is missing."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sanping.domain.geo import Int32Array
from sanping.scene.label_atlas import Atlas, drawn_words
from sanping.scene.mesh import DataTexture

DIGITS = "0123456789+.万k"
_MOST_WORDS = 240


class WordSheet:
    """The words of one layer of badges in one font size at a time; digits are always there."""

    def __init__(self, font: Path) -> None:
        self._font = font
        self._size_px = 0
        self._words: dict[str, int] = {}
        self._atlas: Atlas | None = None
        self.texture: DataTexture | None = None

    def write(self, words: Iterable[str], size_px: int) -> bool:
        """Have these words in this size; say whether the texture is another one now."""
        wanted = list(dict.fromkeys(word for word in words if word))
        is_whole = size_px == self._size_px and all(word in self._words for word in wanted)
        if is_whole and self._atlas is not None:
            return False
        kept = list(self._words) if size_px == self._size_px and len(self._words) < _MOST_WORDS else []
        every = list(dict.fromkeys([*DIGITS, *wanted, *kept]))
        self._size_px, self._words = size_px, {word: number for number, word in enumerate(every)}
        self._atlas = drawn_words(every, self._font, size_px)
        self.texture = DataTexture(self._atlas.pixels[..., None].repeat(3, axis=2), is_smooth=True)
        return True

    def boxes(self, words: Sequence[str]) -> Int32Array:
        """Return x, y, width and height in pixels of the sheet (n, 4); every word must have been written."""
        assert self._atlas is not None
        return self._atlas.boxes[[self._words[word] for word in words]]

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the sheet."""
        assert self._atlas is not None
        rows, columns = self._atlas.pixels.shape
        return columns, rows

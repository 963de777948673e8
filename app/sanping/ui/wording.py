"""Keeps what is written on widgets in both languages, so that the language can change while the window stands."""

from collections.abc import Callable

from sanping.domain.text import Language, Text


class Wording:
    """Says texts again in another language.

    `put` shows a text now and at every change of language; putting another text in the same place replaces the first.
    """

    def __init__(self, language: Language = "zh") -> None:
        self.language: Language = language
        self._places: dict[object, tuple[Callable[[str], object], Text]] = {}

    def put(self, place: Callable[[str], object], text: Text) -> None:
        """Write `text` through `place`, a setter such as `label.setText`."""
        self._places[(getattr(place, "__self__", None), getattr(place, "__name__", place))] = (place, text)
        place(text.in_language(self.language))

    def speak(self, language: Language) -> None:
        """Write everything again in `language`."""
        self.language = language
        for place, text in self._places.values():
            place(text.in_language(language))

    def say(self, text: Text) -> str:
        """Return a text in the present language."""
        return text.in_language(self.language)

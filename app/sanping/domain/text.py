"""Bilingual text: every word a person reads is declared once, in Chinese and in English."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of text in both languages.

    `str.format` placeholders are filled with `with_values`, so that both languages carry the same facts.
    """

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en

    def with_values(self, **values: object) -> "Text":
        """Return the text with its `{name}` placeholders filled; a `Text` value is filled in each language."""
        return Text(
            self.zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
            self.en.format(**{name: _in(value, "en") for name, value in values.items()}),
        )

    def __str__(self) -> str:
        """Chinese first."""
        return self.zh


def _in(value: object, language: Language) -> object:
    return value.in_language(language) if isinstance(value, Text) else value

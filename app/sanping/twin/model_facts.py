"""What a twin or a `model.toml` declares of a model for the catalogue (CJJ/T 315 4.3.3)."""

from dataclasses import dataclass, field

from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """Declared metadata; `cim_level` 0 and empty words where nothing is said. `date` is of the data, ISO 8601."""

    cim_level: int = 0
    version: str = ""
    date: str = ""
    publisher: str = ""
    licence: str = ""
    summary: Text = field(default_factory=lambda: Text("", ""))

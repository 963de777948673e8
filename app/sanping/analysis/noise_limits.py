"""What GB 3096-2008 allows by day and night in areas of each class."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseClass:
    """An area by what it is used for, and its limits by day and night in dB(A)."""

    title: Text
    day_db: float
    night_db: float


NOISE_CLASSES: Mapping[str, NoiseClass] = MappingProxyType(
    {
        "0": NoiseClass(title=Text("0类 康复疗养", "0: convalescence"), day_db=50, night_db=40),
        "1": NoiseClass(title=Text("1类 住宅、医疗、文教", "1: homes, hospitals, schools"), day_db=55, night_db=45),
        "2": NoiseClass(title=Text("2类 商业、混杂", "2: shops and mixed uses"), day_db=60, night_db=50),
        "3": NoiseClass(title=Text("3类 工业、仓储", "3: industry and stores"), day_db=65, night_db=55),
        "4a": NoiseClass(title=Text("4a类 干线道路两侧", "4a: beside main roads"), day_db=70, night_db=55),
        "4b": NoiseClass(title=Text("4b类 铁路干线两侧", "4b: beside main railways"), day_db=70, night_db=60),
    }
)
"""GB 3096-2008, table 1."""

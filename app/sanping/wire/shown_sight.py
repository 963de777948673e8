"""What of the show somebody may see: a value above him is taken away from him, and hidden layers have no name.

Pure: every way out of a room asks here.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sanping.domain.label import LOWEST, Label, is_cleared
from sanping.wire.show import Shown, ViewKey

BY_HAND: frozenset[ViewKey] = frozenset({"scheme", "section", "notes"})
"""What a presenter draws and writes: nothing in it says which label it has, so that it has the usual one or his."""
NAMING: frozenset[ViewKey] = frozenset({"selection", "isolated", "colouring", "focus"})
"""What names things of the twin: it has the label of what it names."""
CHOSEN: frozenset[ViewKey] = BY_HAND | NAMING | {"area_map", "pointer", "scene"}
"""What may be given a label when it is shown; the camera, the time and the style have none."""
_EMPTY: Mapping[ViewKey, msgspec.Raw] = MappingProxyType(
    {"selection": msgspec.Raw(b"[]"), "isolated": msgspec.Raw(b"[]")}
)
_NONE = msgspec.Raw(b"null")
_LAYERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def shown_to(shown: Shown, clearance: Label, layers: Mapping[str, Label]) -> Shown:
    """Return a value as somebody may see it, itself where that is all of it; `layers` are those with a label."""
    if not is_cleared(clearance, shown.label):
        return msgspec.structs.replace(shown, value=_EMPTY.get(shown.key, _NONE), label=LOWEST)
    if shown.key != "layers":
        return shown
    hidden = {name for name, label in layers.items() if not is_cleared(clearance, label)}
    told = _LAYERS.decode(shown.value) if hidden else {}
    if not hidden & told.keys():
        return shown
    left = {name: look for name, look in told.items() if name not in hidden}
    return msgspec.structs.replace(shown, value=msgspec.Raw(msgspec.json.encode(left)))

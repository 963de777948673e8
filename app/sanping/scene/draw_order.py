"""The order in which things are drawn: near buildings first, the ground late, so that little is shaded twice.

Software renderers and graphics cards alike skip what lies behind something drawn before; VTK draws props in the order
of its list.
"""

from collections.abc import Sequence
from typing import Any


class DrawOrder:
    """Keeps the props of one renderer in order without giving their buffers back."""

    def __init__(self, renderer: Any) -> None:
        self._props = renderer.GetViewProps()

    def arrange(self, first: Sequence[Any], last: Sequence[Any]) -> None:
        """Draw `first` before and `last` after all others, each in its own order; strangers to the list are ignored."""
        props = self._props
        present = [props.GetItemAsObject(index) for index in range(props.GetNumberOfItems())]
        placed = {*first, *last}
        middle = [prop for prop in present if prop not in placed]
        known = set(present)
        wanted = [prop for prop in (*first, *middle, *last) if prop in known]
        if wanted == present:
            return
        props.RemoveAllItems()
        for prop in wanted:
            props.AddItem(prop)

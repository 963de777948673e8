"""Panes that show one camera: where they lie, and which point of the whole view shows what a point of theirs does."""

from dataclasses import dataclass

from sanping.stage.projection import Pixel, Size

GAP_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneBox:
    """A pane in pixels of the view, from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    def holds(self, at: Pixel) -> bool:
        """Say whether a point of the view lies in it."""
        return self.left <= at[0] < self.left + self.width and self.top <= at[1] < self.top + self.height

    def in_view(self, at: Pixel, view: Size) -> Pixel:
        """Return the point of the whole view that shows the same as this point of the pane.

        Both see through one camera, whose opening is that of their height.
        """
        share = view[1] / self.height
        across, down = at[0] - self.left - self.width / 2, at[1] - self.top
        return view[0] / 2 + across * share, down * share


def panes_of(count: int, area: PaneBox) -> tuple[PaneBox, ...]:
    """Return two panes side by side, or four in two rows, within an area."""
    rows = 1 if count == 2 else 2
    width, height = (area.width - GAP_PX) // 2, (area.height - GAP_PX * (rows - 1)) // rows
    return tuple(
        PaneBox(
            left=area.left + column * (width + GAP_PX),
            top=area.top + row * (height + GAP_PX),
            width=width,
            height=height,
        )
        for row in range(rows)
        for column in range(2)
    )

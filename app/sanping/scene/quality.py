"""Chooses a quality preset by what one frame costs; pure."""

from sanping.stage.state import QualityName

_HIGH_BELOW_MS = 12.0
_STANDARD_BELOW_MS = 30.0


def quality_for(frame_ms: float, *, is_software: bool) -> QualityName:
    """Return the preset for a machine that draws one soft frame in `frame_ms`.

    A graphics card may rise to high; a processor that draws (`is_software`) never passes standard.
    """
    if frame_ms < _HIGH_BELOW_MS and not is_software:
        return "high"
    return "standard" if frame_ms < _STANDARD_BELOW_MS else "soft"

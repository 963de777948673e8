"""Colour ramps and word colours of the palette folder; pure."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sanping.domain.geo import Float64Array, UInt8Array
from sanping.scene.values import Rgb

DEFAULT_RAMP = "viridis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramps:
    """All ramps by name, as 256 colours each, and the colours of words; `missing` is the colour of no value."""

    ramps: dict[str, UInt8Array]
    words: UInt8Array
    missing: Rgb

    def of_shares(self, name: str, shares: Float64Array) -> UInt8Array:
        """Return colours (n, 3) of shares 0 … 1 (n,); NaN gets the missing colour, an unknown name the default ramp."""
        table = self.ramps.get(name, self.ramps[DEFAULT_RAMP])
        known = np.isfinite(shares)
        index = np.clip(np.where(known, shares, 0.0) * 255.0 + 0.5, 0, 255).astype(np.uint8)
        colours = table[index]
        colours[~known] = self.missing
        return colours


def load_ramps(folder: Path) -> Ramps:
    """Read `ramps.toml` of the palette folder."""
    values = tomllib.loads((folder / "ramps.toml").read_text(encoding="utf-8"))
    return Ramps(
        ramps={name: _table(stops) for name, stops in values["ramps"].items()},
        words=np.array([_rgb(code) for code in values["words"]["colours"]], np.uint8),
        missing=_rgb(values["missing"]),
    )


def _table(stops: list[str]) -> UInt8Array:
    colours = np.array([_rgb(code) for code in stops], np.float64)
    at = np.linspace(0.0, len(stops) - 1.0, 256)
    table = np.stack([np.interp(at, np.arange(len(stops)), colours[:, channel]) for channel in range(3)], 1)
    return np.rint(table).astype(np.uint8)


def _rgb(code: str) -> Rgb:
    return (int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16))

"""What colours a model shows where: pictures looked up under its points."""

import io

import numpy as np
from PIL import Image

from sanping.domain.city import CityModel

Colour = tuple[int, int, int]


def quarters(size: int = 64) -> bytes:
    """Return a picture of four colours: red and green above, blue and white below."""
    pixels = np.zeros((size, size, 3), np.uint8)
    half = size // 2
    pixels[:half, :half], pixels[:half, half:] = (255, 0, 0), (0, 255, 0)
    pixels[half:, :half], pixels[half:, half:] = (0, 0, 255), (255, 255, 255)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def texels(model: CityModel) -> dict[tuple[float, float, float], Colour | None]:
    """Return the colour at each point that a triangle has, rounded to decimetres; None without a picture."""
    found: dict[tuple[float, float, float], Colour | None] = {}
    sheets = [] if model.texturing is None else [opened(one.data) for one in model.texturing.pictures]
    for point in np.unique(model.triangles).tolist():
        x, y, z = np.round(model.points[point], 1).tolist()
        number = -1 if model.texturing is None else int(model.texturing.point_picture[point])
        found.setdefault((x, y, z), None)
        if number >= 0 and model.texturing is not None:
            sheet = sheets[number]
            u, v = np.clip(model.texturing.point_uv[point] % 1.0001, 0.0, 0.999)
            red, green, blue = sheet[int(v * len(sheet)), int(u * sheet.shape[1])].tolist()
            found[(x, y, z)] = (red, green, blue)
    return found


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))

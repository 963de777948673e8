"""Draws the photos of invented cases: what a grid worker saw, and the same place put right. Each says 模拟.

`python -m cim_models.suhe.make.case_photos` writes them anew.
"""

import math
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (640, 420)
SCALE = 3
FONT = Path(__file__).parents[3] / "assets" / "fonts" / "NotoSansSC-Bold.ttf"
_W, _H = SIZE[0] * SCALE, SIZE[1] * SCALE
_HORIZON = round(_H * 0.46)

Colour = tuple[int, int, int]
Thing = Callable[[ImageDraw.ImageDraw, random.Random], None]


def write_case_photos(folder: Path) -> list[str]:
    """Write `scene-<n>.jpg` and `after-<n>.jpg` of each place; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for number, (ground, trouble) in enumerate(_PLACES, 1):
        for moment, thing in (("scene", trouble), ("after", None)):
            name = f"{moment}-{number}.jpg"
            _photo(number, ground, thing).save(folder / name, quality=82, optimize=True)
            names.append(name)
    return names


def _photo(number: int, ground: Thing, trouble: Thing | None) -> Image.Image:
    picture = Image.new("RGB", (_W, _H))
    draw = ImageDraw.Draw(picture)
    chance = random.Random(number)
    _sky(draw)
    _houses(draw, random.Random(number * 7))
    ground(draw, chance)
    if trouble is not None:
        trouble(draw, random.Random(number * 31))
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    return _finished(small)


def _sky(draw: ImageDraw.ImageDraw) -> None:
    for y in range(_HORIZON):
        share = y / _HORIZON
        draw.line([(0, y), (_W, y)], fill=_mixed((150, 178, 204), (226, 231, 232), share))


def _houses(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x = -chance.randrange(_W // 8)
    while x < _W:
        width, height = chance.randrange(_W // 9, _W // 5), chance.randrange(_H // 5, round(_H * 0.42))
        wall = chance.choice(((176, 158, 138), (188, 182, 172), (160, 140, 126), (150, 158, 164)))
        top = _HORIZON - height
        draw.rectangle([x, top, x + width, _HORIZON], fill=wall)
        draw.rectangle([x, top, x + width, top + 6 * SCALE], fill=_mixed(wall, (60, 60, 60), 0.35))
        step_x, step_y = 20 * SCALE, 26 * SCALE
        for left in range(x + 8 * SCALE, x + width - 12 * SCALE, step_x):
            for upper in range(top + 14 * SCALE, _HORIZON - 16 * SCALE, step_y):
                glass = _mixed((84, 98, 112), (196, 208, 214), chance.random() * 0.7)
                draw.rectangle([left, upper, left + 10 * SCALE, upper + 14 * SCALE], fill=glass)
        x += width + chance.randrange(2, 14) * SCALE


def _street(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle([0, _HORIZON, _W, _H], fill=(150, 147, 140))
    for y in range(_HORIZON, _H, 3 * SCALE):
        draw.line([(0, y), (_W, y)], fill=_mixed((168, 164, 156), (136, 132, 126), (y - _HORIZON) / (_H - _HORIZON)))
    kerb = round(_H * 0.60)
    draw.polygon([(0, kerb), (_W, round(_H * 0.54)), (_W, _H), (0, _H)], fill=(92, 94, 98))
    draw.line([(0, kerb), (_W, round(_H * 0.54))], fill=(206, 202, 192), width=5 * SCALE)
    for begin in range(-40 * SCALE, _W, 120 * SCALE):
        draw.line(
            [(begin, round(_H * 0.86)), (begin + 64 * SCALE, round(_H * 0.845))], fill=(222, 220, 210), width=5 * SCALE
        )
    for left in range(60 * SCALE, _W, 170 * SCALE):
        _tree(draw, left, round(_H * 0.58), chance)


def _bank(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    edge = round(_H * 0.60)
    draw.rectangle([0, _HORIZON, _W, edge], fill=(118, 140, 96))
    for left in range(30 * SCALE, _W, 120 * SCALE):
        _tree(draw, left, edge - 14 * SCALE, chance)
    draw.rectangle([0, edge - 8 * SCALE, _W, edge + 10 * SCALE], fill=(172, 170, 164))
    for y in range(edge + 10 * SCALE, _H):
        share = (y - edge) / (_H - edge)
        draw.line([(0, y), (_W, y)], fill=_mixed((104, 128, 128), (62, 88, 94), share))
    for _ in range(160):
        x, y = chance.randrange(_W), chance.randrange(edge + 16 * SCALE, _H)
        length = chance.randrange(14, 60) * SCALE
        draw.line([(x, y), (x + length, y)], fill=(128, 152, 152), width=SCALE)
    for left in range(0, _W, 36 * SCALE):
        draw.line([(left, edge - 34 * SCALE), (left, edge - 6 * SCALE)], fill=(214, 216, 216), width=3 * SCALE)
    draw.line([(0, edge - 34 * SCALE), (_W, edge - 34 * SCALE)], fill=(226, 228, 228), width=4 * SCALE)


def _tree(draw: ImageDraw.ImageDraw, x: int, foot: int, chance: random.Random) -> None:
    draw.rectangle([x - 4 * SCALE, foot - 60 * SCALE, x + 4 * SCALE, foot], fill=(98, 80, 64))
    for _ in range(18):
        radius = chance.randrange(12, 26) * SCALE
        left, top = x + chance.randrange(-34, 34) * SCALE, foot - chance.randrange(62, 112) * SCALE
        green = _mixed((64, 96, 58), (120, 148, 84), chance.random())
        draw.ellipse([left - radius, top - radius, left + radius, top + radius], fill=green)


def _garbage(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle([250 * SCALE, 214 * SCALE, 318 * SCALE, 300 * SCALE], fill=(52, 104, 74))
    draw.rectangle([244 * SCALE, 206 * SCALE, 324 * SCALE, 220 * SCALE], fill=(40, 84, 60))
    colours = ((40, 44, 50), (214, 214, 210), (70, 88, 128), (176, 62, 52), (196, 168, 92), (24, 26, 30))
    for _ in range(46):
        away = abs(chance.gauss(0, 70))
        x, y = (330 + chance.choice((-1, 1)) * away) * SCALE, (306 - away * 0.12 + chance.randrange(-12, 18)) * SCALE
        across, up = chance.randrange(12, 34) * SCALE, chance.randrange(8, 22) * SCALE
        draw.ellipse([x - across / 2, y - up, x + across / 2, y], fill=chance.choice(colours))


def _floating(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _ in range(260):
        along = chance.random()
        x, y = (90 + along * 460) * SCALE, (332 - along * 26 + chance.gauss(0, 20)) * SCALE
        size = chance.randrange(3, 13) * SCALE
        colour = chance.choice(((96, 126, 58), (116, 142, 70), (78, 100, 48), (222, 222, 214), (186, 92, 62)))
        draw.ellipse([x - size, y - size * 0.45, x + size, y + size * 0.45], fill=colour)


def _manhole(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    box = [250 * SCALE, 306 * SCALE, 396 * SCALE, 366 * SCALE]
    draw.ellipse(
        [box[0] - 10 * SCALE, box[1] - 6 * SCALE, box[2] + 10 * SCALE, box[3] + 8 * SCALE], fill=(126, 122, 116)
    )
    draw.ellipse(box, fill=(16, 18, 20))
    draw.ellipse([420 * SCALE, 322 * SCALE, 530 * SCALE, 356 * SCALE], fill=(74, 72, 70))
    draw.ellipse([428 * SCALE, 325 * SCALE, 522 * SCALE, 351 * SCALE], fill=(88, 86, 84))


def _mud(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for track in (0.72, 0.82):
        for number in range(150):
            x = number / 150 * _W
            y = _H * track + math.sin(number / 17) * 8 * SCALE - number / 150 * 16 * SCALE
            wide, high = chance.randrange(8, 26) * SCALE, chance.randrange(3, 9) * SCALE
            brown = _mixed((116, 84, 52), (150, 116, 78), chance.random())
            draw.ellipse([x - wide, y - high, x + wide, y + high], fill=brown)


def _finished(picture: Image.Image) -> Image.Image:
    """Soften like a phone's camera, and write on it that it is invented."""
    soft = picture.filter(ImageFilter.GaussianBlur(0.6))
    draw = ImageDraw.Draw(soft, "RGBA")
    font = ImageFont.truetype(str(FONT), 20)
    draw.rounded_rectangle([14, SIZE[1] - 44, 76, SIZE[1] - 14], 6, fill=(12, 18, 26, 170))
    draw.text((45, SIZE[1] - 29), "模拟", font=font, fill=(255, 255, 255, 235), anchor="mm")
    return soft


def _mixed(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(first, second, strict=True))
    return red, green, blue


_PLACES: tuple[tuple[Thing, Thing], ...] = (
    (_street, _garbage), (_bank, _floating), (_street, _manhole), (_street, _mud),
)  # fmt: skip


if __name__ == "__main__":
    write_case_photos(Path(__file__).parent.parent / "governance" / "photos")

"""The card as a picture: SVG without any script or foreign reference."""

from collections.abc import Sequence
from html import escape
from statistics import median

from sanping.bootstrap.card.figures import Card, Frames
from sanping.domain.text import Language, Text

WIDTH, HEIGHT = 1280, 720
_COLOURS = {"orbit": "#35c8ff", "district": "#7de3a0", "street": "#ffc46b"}
_VIEWS = {
    "orbit": Text("全城", "whole city"),
    "district": Text("片区", "district"),
    "street": Text("街道", "street"),
}
_TITLE = Text("{buildings} 栋建筑 · {width}×{height}", "{buildings} buildings · {width}×{height}")
_BUILDING = Text(
    "建造 {seconds:.1f} 秒（{sections} 段，{at_once} 个同时），每栋 {bytes:.0f} 字节",
    "built in {seconds:.1f} s ({sections} sections, {at_once} at once), {bytes:.0f} bytes a building",
)
_FIRST = Text("首帧：冷 {cold:.1f} 秒，热 {warm:.1f} 秒", "first picture: cold {cold:.1f} s, warm {warm:.1f} s")
_MEMORY = Text("内存 {memory:.0f} MB（最多 {peak:.0f} MB）", "memory {memory:.0f} MB ({peak:.0f} MB at most)")
_SYNC = Text("两屏同步 p50 {p50:.1f}、p99 {p99:.1f} 毫秒", "screen to screen p50 {p50:.1f}, p99 {p99:.1f} ms")
_NO_SYNC = Text("未测两屏同步", "screen to screen not measured")
_FPS = Text("帧/秒 p50", "frames/s p50")
_SLOWEST = Text("p1 {fps:.1f} · 处理器 {ms:.1f} 毫秒/帧", "p1 {fps:.1f} · processor {ms:.1f} ms a frame")
_SOFTWARE = Text("由处理器绘制，无显卡", "drawn by the processor, no graphics card")
_GRAPH = Text("每帧毫秒", "milliseconds of each frame")
_MACHINE = Text("{processor} · {cores} 核 · {memory:.0f} GB", "{processor} · {cores} cores · {memory:.0f} GB")
_STYLES = {"night": Text("夜景", "night"), "day": Text("日景", "day")}
_QUALITY = Text("{style}，画质 {quality}", "{style} style, {quality} quality")
_STYLE = """<style>
text{font-family:"Noto Sans SC","Noto Sans CJK SC",sans-serif;fill:#d9ecff}
.dim{fill:#7f9fc0}.big{font-weight:700}.tone{fill:var(--tone)}.unit{fill:#9fc4e8}
</style>"""


def drawn(card: Card, language: Language) -> str:
    """Return the card as the text of an SVG file, 1280×720."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        _STYLE,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#06121f"/>',
        f'<rect x="24" y="24" width="{WIDTH - 48}" height="{HEIGHT - 48}" rx="14" fill="#0b1e33" stroke="#1e4f7d"/>',
        *_head(card, language),
        *(line for n, frames in enumerate(card.frames) for line in _view(frames, 56 + n * 394, language)),
        *_graph(card.frames, language),
        *_foot(card, language),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(at: tuple[float, float], size: int, words: str, kind: str = "", anchor: str = "start") -> str:
    where = f'x="{at[0]:.1f}" y="{at[1]:.1f}"'
    return f'<text {where} font-size="{size}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def _head(card: Card, language: Language) -> list[str]:
    title = _TITLE.with_values(buildings=f"{card.buildings:,}".replace(",", " "), width=card.width, height=card.height)
    machine = card.machine
    who = _MACHINE.with_values(processor=machine.processor, cores=machine.cores, memory=machine.memory_gb)
    draws = machine.renderer + (f" — {_SOFTWARE.in_language(language)}" if machine.is_software else "")
    return [
        _text((56, 86), 38, title.in_language(language), "big"),
        _text((56, 122), 18, f"Sanping 三屏 {machine.version} · {_said(card, language)}", "unit"),
        _text((WIDTH - 56, 82), 17, who.in_language(language), "dim", "end"),
        _text((WIDTH - 56, 108), 17, draws[:90], "dim", "end"),
        _text((WIDTH - 56, 134), 15, f"{machine.driver} · {machine.system}"[:100], "dim", "end"),
    ]


def _said(card: Card, language: Language) -> str:
    style = _STYLES.get(card.style, Text(card.style, card.style))
    return _QUALITY.with_values(style=style, quality=card.quality).in_language(language)


def _view(frames: Frames, left: float, language: Language) -> list[str]:
    colour = _COLOURS[frames.view]
    slowest = _SLOWEST.with_values(fps=frames.fps_slowest, ms=median(frames.processor_ms)).in_language(language)
    return [
        f'<rect x="{left}" y="166" width="380" height="140" rx="10" fill="#0e2742"/>',
        f'<rect x="{left}" y="166" width="6" height="140" rx="3" fill="{colour}"/>',
        _text((left + 26, 198), 18, _VIEWS[frames.view].in_language(language), "unit"),
        f'<g style="--tone:{colour}">{_text((left + 26, 262), 58, f"{frames.fps_median:.1f}", "big tone")}</g>',
        _text((left + 356, 262), 17, _FPS.in_language(language), "unit", "end"),
        _text((left + 26, 290), 16, slowest, "dim"),
    ]


def _graph(views: Sequence[Frames], language: Language) -> list[str]:
    left, top, width, height = 56.0, 350.0, WIDTH - 112.0, 200.0
    most = _round_up(max(max(frames.wall_ms) for frames in views))
    lines = [_text((left, top - 14), 16, _GRAPH.in_language(language), "unit")]
    for share in (0.0, 0.5, 1.0):
        y = top + height * (1 - share)
        lines.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#1b3d60"/>')
        lines.append(_text((left + width, y - 5), 14, f"{most * share:g}", "dim", "end"))
    for frames in views:
        step = width / max(1, len(frames.wall_ms) - 1)
        points = " ".join(
            f"{left + n * step:.1f},{top + height * (1 - ms / most):.1f}" for n, ms in enumerate(frames.wall_ms)
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{_COLOURS[frames.view]}" stroke-width="2.5"/>')
    return lines


def _foot(card: Card, language: Language) -> list[str]:
    building = card.building
    sync = _NO_SYNC if card.sync_ms is None else _SYNC.with_values(p50=card.sync_ms[0], p99=card.sync_ms[1])
    words = (
        _BUILDING.with_values(
            seconds=building.seconds,
            sections=building.sections,
            at_once=building.at_once,
            bytes=building.bytes_a_building,
        ),
        _FIRST.with_values(cold=card.cold_s, warm=card.warm_s),
        _MEMORY.with_values(memory=card.memory_mb, peak=card.peak_mb),
        sync,
    )
    return [
        _text((56 + (n % 2) * 640, 606 + (n // 2) * 38), 19, text.in_language(language)) for n, text in enumerate(words)
    ]


def _round_up(ms: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 … that is not below."""
    size = 1.0
    while True:
        for factor in (1, 2, 5):
            if factor * size >= ms:
                return factor * size
        size *= 10

"""Takes recordings from a hub that runs, and finds the twin that a recording is of where it may lie elsewhere."""

from collections.abc import Iterable
from pathlib import Path

from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.twins import load_project
from sanping.client.hub_past import HubPast
from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable, InputError
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.storage.recording import About
from sanping.storage.taking import take_recording
from sanping.twin.project import TwinProject

_PROJECT_FILES = ("twin.toml", "scene.toml")
_NOT_HERE = Text(
    "录像属于孪生“{name}”，本机没有找到它。请先打开该孪生一次，或在命令后写出它的文件夹",
    "The recording is of the twin “{name}”, which was not found here. Open that twin once, or name its folder",
)
_NO_HUB = Text("该孪生没有数据源，也就没有中枢可录", "The twin has no sources, so there is no hub to record from")
_NO_SPAN = Text(
    "这段时间没有历史；请检查起止时刻，结束须晚于开始",
    "There is no history in this span; check both moments, the end must be later than the beginning",
)
_NO_STATION = Text("孪生里没有这些站点：{names}", "The twin has no such stations: {names}")


def twin_of(about: About, settings: Settings, named: Path | None = None, beside: Path | None = None) -> TwinProject:
    """Return the twin a recording is of: the named folder, else one that was opened lately, lies `beside` or is ours.

    Raises `InputError` when there is none.
    """
    if named is not None:
        return load_project(named)
    for folder in _candidates(settings, beside):
        if folder.name == about.twin and any((folder / file).is_file() for file in _PROJECT_FILES):
            return load_project(folder)
    raise InputError(_NOT_HERE.with_values(name=Text(about.title_zh or about.twin, about.title_en or about.twin)))


def _candidates(settings: Settings, beside: Path | None) -> Iterable[Path]:
    for written in settings.recent:
        path = Path(written)
        yield path
        yield path.parent
    if beside is not None:
        yield beside
        yield from (entry for entry in sorted(beside.iterdir()) if entry.is_dir())
    yield paths.default_twin().resolve()


def record(  # noqa: PLR0913  what, of whom, where to, and what of it
    project: TwinProject,
    hub: HubChoice,
    output: Path,
    span: tuple[int | None, int | None],
    progress: Progress,
    *,
    stations: frozenset[str] = frozenset(),
) -> int:
    """Write a span of what a running hub remembers, all of it where a moment is None; return the observations.

    Raises `HubUnreachable`, `InputError` for a span or station that is none, `StoreFailed`, `Cancelled`.
    """
    holder = hubs(hub, project)(project)
    if holder is None:
        raise HubUnreachable(_NO_HUB)
    strange = stations - project.live.by_id.keys()
    if strange:
        raise InputError(_NO_STATION.with_values(names=", ".join(sorted(strange))[:200]))
    past = HubPast(Questions(holder.where))
    first_ms, last_ms = past.span()
    from_ms, to_ms = (
        known if wished is None else wished for wished, known in zip(span, (first_ms, last_ms), strict=True)
    )
    if not first_ms or to_ms <= from_ms:
        raise InputError(_NO_SPAN)
    sources = project.live.sources
    about = About(
        twin=project.folder.name,
        title_zh=project.title.zh,
        title_en=project.title.en,
        from_ms=from_ms,
        to_ms=to_ms,
        is_simulated=bool(sources) and all(source.is_simulated for source in sources),
    )
    return take_recording(output, about, past, progress, stations=stations)

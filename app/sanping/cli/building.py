"""`sanping build`: the tiles of a whole twin beforehand, on this machine or on a cluster."""

from pathlib import Path
from typing import Annotated

from sanping.bootstrap.building import build_layers, failed
from sanping.bootstrap.cluster import jobs_of
from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command
from sanping.cli.parameters import Twin
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.text import Text
from sanping.settings import paths

_DONE, _IN_PART = 0, 1

AtOnce = Annotated[int, Text("同时进行的份数，0 为每核一份", "Pieces of work at once; 0 for one a core")]
Scheduler = Annotated[str, Text("Dask 调度器地址，空为本机", "Address of a Dask scheduler; empty for this machine")]
Cache = Annotated[
    Path | None,
    Text(
        "瓦片缓存文件夹，用集群时须为各机共享；空为设置中的",
        "Folder of the tiles' cache, with a cluster one that all machines see; empty for that of the settings",
    ),
]
_BUILT = Text("{count} 个对象", "{count} objects")
_READY = Text("完成", "done")


def build(twin: Twin = None, /, *, at_once: AtOnce = 0, scheduler: Scheduler = "", cache: Cache = None) -> int:
    """Read every layer of a twin into the cache, so that it opens at once; name those that cannot be read."""
    settings = own_settings()
    if cache is not None:
        settings = settings.model_copy(update={"cache_folder": cache.resolve()})
    project = load_project(twin or paths.default_twin())
    language = settings.language
    with jobs_of(scheduler, at_once) as (jobs, width), TerminalProgress(language).heeding_interrupts() as progress:
        layers = build_layers(project, settings, jobs, width, progress)
    rows = []
    for layer in layers:
        told = layer.error or (_BUILT.with_values(count=layer.objects) if layer.objects else _READY)
        rows.append([layer.entry.title.in_language(language), told.in_language(language)])
    print(table(rows))
    return _IN_PART if failed(layers) else _DONE


BUILD = Command(name="build", title=Text("预先建造孪生的瓦片", "Build the tiles of a twin beforehand"), run=build)

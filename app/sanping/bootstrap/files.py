"""Files on the command line: inspecting them, importing them, opening them as a twin of their own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sanping.bootstrap.opener import limits_of
from sanping.bootstrap.twins import load_project
from sanping.formats.inspection import Inspection, inspect
from sanping.formats.project import project_of_files, role_of
from sanping.formats.project_import import Incoming, add_to_project
from sanping.formats.roles import fitting_role
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.settings.settings import Settings
from sanping.twin.project import LayerEntry
from sanping.workers.jobs import WorkerJobs

__all__ = ["imported", "inspected", "load_project", "project_of_files"]


def inspected(path: Path, options: ReadOptions, progress: Progress, settings: Settings) -> Inspection:
    """Return what the importer sees in a file, read in a worker."""
    return WorkerJobs().run(inspect, path, options, progress=progress, limits=limits_of(settings))


def imported(
    files: Sequence[Path], into: Path, options: ReadOptions, progress: Progress, settings: Settings
) -> tuple[LayerEntry, ...]:
    """Copy files into the twin at `into`; each is read whole first, and nothing changes when one is refused."""
    project = load_project(into)
    wished = replace(options, target_crs=options.target_crs or project.crs)
    incoming = []
    for path in files:
        guess = role_of(path, options)
        known = guess if options.role or guess == "bridges" else ""
        seen = inspected(path, replace(wished, role=known), progress, settings)
        role = guess if options.role else fitting_role(guess, seen.objects)
        incoming.append(Incoming(path=path, role=role))
    return add_to_project(project.folder, incoming, options)

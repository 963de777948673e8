"""All checks of the named adapters: first on paper, then together with one hub."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sanping.bootstrap.conformance.finding import NOTHING, Finding
from sanping.bootstrap.conformance.live import examined_live
from sanping.bootstrap.conformance.on_paper import code_can_be_imported, examined_on_paper, trial_is_declared
from sanping.bootstrap.conformance.trial import Trial, trial_table
from sanping.domain.text import Text
from sanping.hub.manifests import Manifest, installed
from sanping.hub.spare_port import free_port

LIVE = Text("与中枢、模拟器联机试用", "A trial with a hub and the simulator")

_NEEDS = Text("需要{what}；请给出它的端口", "It needs {what}; give its port")
_NO_SIMULATOR = Text("没有模拟器，无法联机试用", "Without a simulator there is no trial")


def examined(names: Sequence[str], ports: Mapping[str, int] | None = None) -> list[Finding]:
    """Return what every check found about adapters; `ports` are those of services that an adapter needs.

    Raises `ProjectInvalid` for a name that is not installed, `HubUnreachable` when no hub can be started.
    """
    found = installed()
    manifests = [found.named(name) for name in names]
    findings = [finding for manifest in manifests for finding in examined_on_paper(manifest)]
    with tempfile.TemporaryDirectory(prefix="sanping-check-") as written:
        folder = Path(written)
        trials: list[Trial] = []
        for manifest in manifests:
            trial = _trial(manifest, folder, (ports or {}).get(manifest.name))
            if isinstance(trial, Trial):
                trials.append(trial)
            else:
                findings.append(trial)
        if trials:
            findings += asyncio.run(examined_live(trials, folder))
    order = {name: number for number, name in enumerate(names)}
    return sorted(findings, key=lambda finding: order[finding.adapter])


def _trial(manifest: Manifest, folder: Path, port: int | None) -> Trial | Finding:
    """Return an adapter ready to be tried, or why it cannot be."""
    is_ready = not any((*trial_is_declared(manifest), *code_can_be_imported(manifest)))
    why, is_met = NOTHING, None
    if is_ready:
        table = trial_table(manifest)
        if not manifest.simulator:
            why, is_met = _NO_SIMULATOR, False
        elif table.needs is not None and port is None:
            why = _NEEDS.with_values(what=table.needs.text())
        else:
            own = folder / manifest.name
            own.mkdir()
            return Trial(manifest=manifest, table=table, port=port or free_port(), folder=own)
    return Finding(adapter=manifest.name, check=LIVE, is_met=is_met, why=why)

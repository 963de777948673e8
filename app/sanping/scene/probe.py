"""Asks OpenGL who it is; run as a child process, because a missing driver library ends the process that asks."""

import json
import os
import subprocess
from dataclasses import asdict, dataclass

from sanping.domain.own_program import module_command

_WAIT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphics:
    """What draws: `window` is VTK's window class, `renderer` and `version` are OpenGL's own words."""

    window: str
    renderer: str
    version: str

    @property
    def is_software(self) -> bool:
        """Whether the processor draws."""
        return any(word in self.renderer.lower() for word in ("llvmpipe", "softpipe", "swiftshader", "software"))


def probed() -> Graphics | None:
    """Return what draws on this machine, or None when nothing usable answers."""
    try:
        done = subprocess.run(
            module_command("sanping.scene.probe"), capture_output=True, timeout=_WAIT_S, check=True, text=True
        )
        return Graphics(**json.loads(done.stdout.splitlines()[-1]))
    except (subprocess.SubprocessError, ValueError, IndexError, TypeError):
        return None


def _asked() -> Graphics:
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401, PLC0415
    from vtkmodules.vtkRenderingCore import vtkRenderWindow  # noqa: PLC0415

    window = vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetSize(16, 16)
    window.Render()
    facts = dict(line.split(":", 1) for line in window.ReportCapabilities().splitlines() if line.startswith("OpenGL "))
    return Graphics(
        window=window.GetClassName(),
        renderer=facts.get("OpenGL renderer string", "").strip(),
        version=facts.get("OpenGL version string", "").strip(),
    )


if __name__ == "__main__":
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    print(json.dumps(asdict(_asked())))  # noqa: T201  the answer to the parent

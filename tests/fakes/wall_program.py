"""Runs `sanping wall` as a process and notes on its output each camera that it presents, by the hub's clock.

`wall_program.py WORDS…`: lines of JSON, {"whole": true} once the city is there, {"at_ms": …, "heading_deg": …} after.
"""

import json
import sys

from sanping.cli.application import main
from sanping.stage.state import Stage
from sanping.ui.wall import wall


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class NotedWall(wall.Wall):
    def _begin(self) -> None:
        self.city_shown.connect(lambda: say(whole=True))
        self.follower.stage_changed.connect(self._note)
        super()._begin()

    def _note(self, stage: object) -> None:
        assert isinstance(stage, Stage)
        say(at_ms=self._hub_ms(), heading_deg=stage.camera.heading_deg)


if __name__ == "__main__":
    wall.Wall = NotedWall  # type: ignore[misc]
    sys.exit(main(["wall", *sys.argv[1:]]))

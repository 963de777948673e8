"""Sanping's own scene over the shared city, as the product draws it. Usage: FOLDER night|day QUALITY."""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np

OUT = Path(__file__).parent / "out"


def main() -> None:
    folder, style, quality = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    plan = json.loads((folder / "plan.json").read_text())
    begin = time.perf_counter()
    from sanping.domain.view import CameraPose  # noqa: PLC0415  importing is part of its start
    from sanping.scene.picture_file import PictureFile  # noqa: PLC0415
    from sanping.scene.readback import picture_of  # noqa: PLC0415
    from sanping.scene.window import offscreen_window  # noqa: PLC0415
    from sanping.settings import paths  # noqa: PLC0415
    from sanping.stage.state import Stage  # noqa: PLC0415
    from sanping.tiles.stored import load  # noqa: PLC0415

    tiles, _ = load(folder / "tiles.arrow")
    centre = (tiles.extent.centre[0], tiles.extent.centre[1], 0.0)
    window = offscreen_window(plan["width"], plan["height"])
    from sanping.scene.city_scene import CityScene  # noqa: PLC0415

    scene = CityScene(
        window, centre=centre, latitude_deg=31.24, longitude_deg=121.42, quality=quality, language="zh",
        assets=paths.assets(),
    )  # fmt: skip

    def write_picture(view: str, pixels: np.ndarray) -> None:
        picture = PictureFile(OUT / f"ours-{style}-{quality}-{view}.png", plan["width"], plan["height"])
        picture.add(pixels)
        picture.finish()

    scene.add_tiles("buildings", "buildings", tiles)
    loaded = time.perf_counter()

    def stage_of(eye: np.ndarray, target: np.ndarray, degrees: float) -> Stage:
        way = target - eye
        distance = float(np.linalg.norm(way))
        pose = CameraPose(
            target=tuple((target + centre).tolist()),
            heading_deg=float(np.degrees(np.arctan2(way[0], way[1]))) - degrees,
            pitch_deg=float(np.degrees(np.arcsin(way[2] / distance))), distance_m=distance, fov_deg=plan["fov_deg"],
        )  # fmt: skip
        return Stage(camera=pose, style=style, moment=datetime.fromisoformat("2026-06-21T14:00:00+08:00"))

    times, cpu, first, shown = {}, {}, None, None
    for view in plan["views"]:
        eye, target = np.array(view["eye"]), np.array(view["target"])
        for frame in range(-1, plan["frames"]):
            if frame == 0:
                cpu[f"{view['name']}_cpu_s"] = -time.process_time()
                times[view["name"]] = []
            start = time.perf_counter()
            stage = stage_of(eye, target, max(frame, 0) * plan["turn_deg"])
            scene.show(stage, shown)
            shown = stage
            window.Render()
            window.WaitForCompletion()
            first = first or (time.perf_counter() - loaded) * 1e3
            if frame >= 0:
                times[view["name"]].append((time.perf_counter() - start) * 1e3)
        cpu[f"{view['name']}_cpu_s"] += time.process_time()
        write_picture(view["name"], picture_of(window, plan["width"], plan["height"]))
    print(json.dumps({"load_ms": (loaded - begin) * 1e3, "first_ms": first, "times": times, **cpu}))
    scene.close()


if __name__ == "__main__":
    main()

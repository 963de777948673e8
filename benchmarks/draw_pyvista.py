"""The peer "PyVista merged": one mesh of all buildings, drawn as PyVista's tutorial would. Usage: FOLDER."""

import json
import sys
import time
from pathlib import Path

import numpy as np


def main() -> None:
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan.json").read_text())
    begin = time.perf_counter()
    import pyvista as pv  # noqa: PLC0415  importing is part of its start

    points, faces, offset = [], [], 0
    for tile in json.loads((folder / "tiles.json").read_text()):
        raw = (folder / "tiles" / tile["file"]).read_bytes()
        points.append(np.frombuffer(raw, np.float32, tile["points"] * 3).reshape(-1, 3) + tile["origin"])
        triangles = np.frombuffer(raw, np.uint32, offset=tile["points"] * 12).reshape(-1, 3).astype(np.int64)
        faces.append(triangles + offset)
        offset += tile["points"]
    mesh = pv.PolyData.from_regular_faces(np.concatenate(points).astype(np.float32), np.concatenate(faces))
    plotter = pv.Plotter(off_screen=True, window_size=(plan["width"], plan["height"]))
    plotter.add_mesh(mesh, color="#9fb4c8")
    plotter.camera.view_angle = plan["fov_deg"]
    loaded = time.perf_counter()
    times, cpu = {}, {}
    first = None
    for view in plan["views"]:
        eye, target = np.array(view["eye"]), np.array(view["target"])
        for frame in range(-1, plan["frames"]):
            if frame == 0:
                cpu[f"{view['name']}_cpu_s"] = -time.process_time()
                times[view["name"]] = []
            start = time.perf_counter()
            angle = np.radians(max(frame, 0) * plan["turn_deg"])
            x, y = (eye - target)[:2]
            turned = (
                target[0] + x * np.cos(angle) - y * np.sin(angle),
                target[1] + x * np.sin(angle) + y * np.cos(angle),
            )
            plotter.camera_position = [(*turned, eye[2]), tuple(target), (0, 0, 1)]
            plotter.render() if first is not None else plotter.show(auto_close=False)
            plotter.render_window.WaitForCompletion()
            first = first or (time.perf_counter() - loaded) * 1e3
            if frame >= 0:
                times[view["name"]].append((time.perf_counter() - start) * 1e3)
        cpu[f"{view['name']}_cpu_s"] += time.process_time()
    print(json.dumps({"load_ms": (loaded - begin) * 1e3, "first_ms": first, "times": times, **cpu}))


if __name__ == "__main__":
    main()

"""Two hubs on one machine: the invented values of one never reach the other."""

import json
from pathlib import Path
from typing import Any

from fakes.small_hub import RunningHub, running_hub, until
from sanping.hub.spare_port import free_port

TWIN = """
title = {{ zh = "小城", en = "Small town" }}
crs = "EPSG:4549"
vertical_datum = "1985国家高程基准"
latitude = 31.2
longitude = 121.4
synthetic = true
moment = 2026-06-21T12:00:00+08:00
attribution = {{ zh = "测试", en = "Test" }}
[live]
stations = "stations.csv"
[[sources]]
name = "quality"
adapter = "hj212"
simulated = true
title = {{ zh = "水质", en = "Quality" }}
settings = {{ host = "127.0.0.1", port = {port} }}
"""


def test_of_two_hubs_with_the_same_ports_each_hears_its_own_simulator_and_says_where(tmp_path: Path) -> None:
    # given a hub that listens for stations, without simulators, and a second one of the same twin with them
    folder, own = tmp_path / "twin", free_port()
    folder.mkdir()
    (folder / "stations.csv").write_text(
        "id,name,name_en,kinds,x,y,interval_s,address.hj212\nS1,站一,One,quality,634000,3457000,60,A1\n", "utf-8"
    )
    (folder / "twin.toml").write_text(TWIN.format(port=own), encoding="utf-8")
    with running_hub(folder, tmp_path / "first", "--no-simulators") as first:
        until(lambda: _source(first)["counts"].get("listening"))

        # when the second runs beside it, and a third when both are gone
        with running_hub(folder, tmp_path / "second") as second:
            until(lambda: _source(second)["state"] == "live" and _source(second)["counts"].get("connections"))
            moved, told = _source(second), _source(first)["counts"]
    with running_hub(folder, tmp_path / "third") as third:
        until(lambda: _source(third)["state"] == "live")
        alone = _source(third)

    # then the first heard nothing, the second says that its port is another, and the third has its own
    assert told.get("connections", 0) == 0
    assert f"端口 {own} 已被其他程序占用" in moved["why_zh"]
    assert f"Port {own} is in use" in moved["why_en"]
    assert "端口" not in alone["why_zh"]


def _source(hub: RunningHub) -> dict[str, Any]:
    found = hub.ask("/sources")
    rows = found["sources"] if isinstance(found, dict) else found
    return next(json.loads(json.dumps(row)) for row in rows if row["name"] == "quality")

"""Two hubs on one machine: the invented values of one never reach the other."""

import json
import time
from pathlib import Path

from fakes.small_hub import RunningHub, free_port, running_hub, until

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


def test_a_hub_whose_port_is_taken_does_not_feed_its_simulated_values_to_whoever_has_it(tmp_path: Path) -> None:
    # given a hub that listens for stations, without simulators, and a second one of the same twin with them
    folder = tmp_path / "twin"
    folder.mkdir()
    (folder / "stations.csv").write_text(
        "id,name,name_en,kinds,x,y,interval_s,address.hj212\nS1,站一,One,quality,634000,3457000,60,A1\n", "utf-8"
    )
    (folder / "twin.toml").write_text(TWIN.format(port=free_port()), encoding="utf-8")
    with running_hub(folder, tmp_path / "first", "--no-simulators") as first:
        until(lambda: _source(first)["counts"].get("listening"))

        # when the second tries, fails, and tries again for a while
        with running_hub(folder, tmp_path / "second") as second:
            until(lambda: _source(second)["counts"].get("starts", 0) >= 2 and _source(second)["state"] == "retrying")
            time.sleep(3.0)
            told = _source(first)["counts"]

        # then the first heard nothing; and once it has the port, the second hears its own simulator
        assert told.get("connections", 0) == 0
    with running_hub(folder, tmp_path / "third") as third:
        until(lambda: _source(third)["counts"].get("connections", 0) > 0)


def _source(hub: RunningHub) -> dict[str, object]:
    found = hub.ask("/sources")
    rows = found["sources"] if isinstance(found, dict) else found
    return next(json.loads(json.dumps(row)) for row in rows if row["name"] == "quality")

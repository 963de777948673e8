"""A phone asks the hub where the twin lies, and for the squares of its map."""

import gzip
import json
import urllib.error
import urllib.request
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest

from fakes.small_hub import RunningHub, until, write_twin
from sanping.analysis.map_frame import MapFrame, to_metres
from sanping.hub.plan import metres_of
from sanping.hub.web_map import frame_at
from sanping.ports.phone_map import MapStatus

LAKE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "lake",
            "properties": {"name": "小湖"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[121.40, 31.20], [121.41, 31.20], [121.41, 31.21], [121.40, 31.21], [121.40, 31.20]]],
            },
        }
    ],
}
LAYER = """
[[layers]]
name = "water"
title = { zh = "水", en = "Water" }
role = "water"
path = "lake.geojson"
group = { zh = "底图", en = "Base" }
visible = true
"""


def asked(hub: RunningHub, path: str, token: str | None = None) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {hub.token if token is None else token}"}
    request = urllib.request.Request(f"{hub.address}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_map_is_made_when_it_is_first_asked_for_and_then_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a hub of a twin with a lake, and a home of its own
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    twin = write_twin(tmp_path / "twin", {})
    (twin / "lake.geojson").write_text(json.dumps(LAKE), encoding="utf-8")
    text = (twin / "twin.toml").read_text("utf-8")
    (twin / "twin.toml").write_text(text.replace("[live]", LAYER + "[live]"), encoding="utf-8")
    hub = RunningHub(twin, tmp_path / "data")
    try:
        # when a phone asks for the twin until its map is there
        facts = json.loads(asked(hub, "/api/v1/twin")[1])
        assert facts["map"]["state"] in ("making", "ready")
        until(lambda: json.loads(asked(hub, "/api/v1/twin")[1])["map"]["state"] in ("ready", "failed"))
        facts = json.loads(asked(hub, "/api/v1/twin")[1])
        side = 2**15
        column = int((121.405 + 180) / 360 * side)
        row = int((0.5 - np.log(np.tan(np.pi / 4 + np.radians(31.205) / 2)) / (2 * np.pi)) * side)
        status, body = asked(hub, f"/map/15/{column}/{row}.mvt")

        # then the lake is in its square, the frame leads back to metres, and strangers get nothing
        assert facts["map"]["state"] == "ready", facts["map"]
        assert facts["map"]["bounds"] == pytest.approx([121.40, 31.20, 121.41, 31.21], abs=2e-4)
        assert status == 200
        square = mapbox_vector_tile.decode(gzip.decompress(body))
        assert square["water"]["features"][0]["properties"]["name"] == "小湖"
        frame = MapFrame(**facts["frame"])
        assert np.isfinite(to_metres(frame, np.array([[121.405, 31.205]]))).all()
        assert asked(hub, "/map/15/0/0.mvt")[0] == 204
        assert asked(hub, f"/map/15/{column}/{row}.mvt", token="wrong")[0] == 401
        assert asked(hub, "/map/15/x/0.mvt")[0] == 404
    finally:
        hub.stopped()


def test_a_frame_is_found_for_every_kind_of_twin() -> None:
    # given twins in a projected system and without a place
    # when their frames are asked for
    shanghai = frame_at("EPSG:4549", 121.4, 31.2)
    nowhere = frame_at("", 0.0, 0.0)

    # then both are exact, and a map that nobody asked for is idle
    assert shanghai.lon0 == pytest.approx(121.4, abs=1e-9)
    assert (shanghai.east0, shanghai.north0) == metres_of("EPSG:4549", 121.4, 31.2)
    assert (nowhere.east0, nowhere.north0) == (0.0, 0.0)
    assert nowhere.error_m < 1e-3
    assert MapStatus(state="idle").bounds is None

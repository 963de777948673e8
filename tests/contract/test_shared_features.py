"""What a hub shares, over real sockets: OGC API – Features by its requirements and by GDAL, 3D Tiles, the catalogue."""

import asyncio
import gzip
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyogrio
import pytest
import shapely

from fakes.governed_hub import CREEK, REPORT, GovernedHub, done
from fakes.linked_hub import NOW_MS, TOKEN
from fakes.sharing_hub import Asking, Client, made_share, with_sharing_hub
from fakes.tiles3d_rules import check_tileset
from sanping.bootstrap.share_files import CATALOGUE
from sanping.bootstrap.twin_share import share_folder
from sanping.client.questions import Questions
from sanping.domain.observation import Observation
from sanping.hub.shared_query import CRS84, EPSG
from sanping.twin.project import TwinProject

TWIN = Path(__file__).resolve().parents[2] / "cim_models" / "suqian"
ROOT = "/api/v1/ogc"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[TwinProject, Path]:
    return made_share(TWIN, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def with_shared(tmp_path: Path, made: tuple[TwinProject, Path]) -> Callable[[Asking], None]:
    return partial(with_sharing_hub, tmp_path, made)


def test_the_pages_of_the_standard_lead_from_one_to_the_next(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given the landing page
        landing = await client.json(ROOT)

        # when its links are followed
        links = {link["rel"]: link["href"] for link in landing["links"]}
        conforms = (await client.json(links["conformance"]))["conformsTo"]
        described = await client.json(links["service-desc"])
        collections = (await client.json(links["data"]))["collections"]

        # then everything the standard demands is there
        assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
        assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in conforms
        assert described["openapi"].startswith("3.0")
        assert f"{ROOT}/collections/{{collection}}/items" in described["paths"]
        ids = {one["id"] for one in collections}
        assert {"stations", "areas", "cases", "context", "water", "roads", "green", "places", "grid"} <= ids
        for one in collections:
            assert one["itemType"] == "feature"
            assert one["crs"][0] == CRS84
            items = next(link["href"] for link in one["links"] if link["rel"] == "items")
            alone = await client.json(f"{ROOT}/collections/{quote(one['id'])}")
            assert alone["id"] == one["id"]
            page = await client.json(f"{items}?limit=2")
            assert page["type"] == "FeatureCollection"
            assert page["numberReturned"] == len(page["features"]) <= 2
            assert page["numberMatched"] >= page["numberReturned"]
            assert {"self", "collection"} <= {link["rel"] for link in page["links"]}
            for feature in page["features"]:
                single = await client.json(f"{ROOT}/collections/{one['id']}/items/{quote(feature['id'], safe='')}")
                assert single["geometry"] == feature["geometry"]
        blocks = next(one for one in collections if one["id"] == "context")
        assert blocks["sanping"]["cim_level"] == 2
        assert blocks["license"] == "Apache-2.0"
        assert blocks["extent"]["spatial"]["bbox"][0][0] == pytest.approx(118.5, abs=0.2)

    with_shared(ask)


def test_pages_follow_one_another_without_a_gap_and_boxes_and_values_choose(
    with_shared: Callable[[Asking], None],
) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given all roads, read page by page along the links
        seen: list[str] = []
        address = f"{ROOT}/collections/green/items?limit=7"
        while address:
            page = await client.json(address)
            seen += [feature["id"] for feature in page["features"]]
            address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
            if len(seen) > 40:
                break
        first = await client.json(f"{ROOT}/collections/green/items?limit=50")

        # then none is twice, none is missing
        assert len(set(seen)) == len(seen)
        assert seen == [feature["id"] for feature in first["features"]][: len(seen)]

        # when a box is asked for, and another that holds nothing
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in first["features"]]
        west, south, east, north = shapes[0].bounds
        inside = await client.json(f"{ROOT}/collections/green/items?limit=100&bbox={west},{south},{east},{north}")
        nowhere = await client.json(f"{ROOT}/collections/green/items?bbox=0,0,1,1")

        # then those that touch it come
        box = shapely.box(west, south, east, north)
        assert first["features"][0]["id"] in {feature["id"] for feature in inside["features"]}
        assert all(
            shapely.from_geojson(json.dumps(feature["geometry"])).intersects(box) for feature in inside["features"]
        )
        assert nowhere["numberMatched"] == 0

        # when an object is asked for by its value
        wanted = first["features"][3]["id"]
        by_value = await client.json(f"{ROOT}/collections/green/items?id={quote(wanted)}")
        assert [feature["id"] for feature in by_value["features"]] == [wanted]

    with_shared(ask)


REFUSED = {
    "limit=0": "limit",
    "limit=many": "limit",
    "bbox=1,2,3": "bbox",
    "bbox=1,50,3,2": "bbox",
    "datetime=yesterday": "datetime",
    "datetime=2026-01-01T00:00:00": "datetime",
    "crs=http://www.opengis.net/def/crs/EPSG/0/3857": "CRS",
    "colour=red": "colour",
    "f=html": "JSON",
}


def test_a_query_that_cannot_be_is_refused_with_words(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given queries with a parameter that the standard forbids
        for query, word in REFUSED.items():
            # when one is asked
            answer = await client.get(f"{ROOT}/collections/stations/items?{query}")
            told = json.loads(await answer.read())

            # then it is refused by the standard's code, naming what is wrong
            assert answer.status == 400
            assert word in told["description"]
            assert told["code"]

    with_shared(ask)


def test_what_is_not_there_and_who_is_not_known_are_refused(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a collection, a feature and a tile that are not there, and ways out of the folder
        for path in (
            f"{ROOT}/collections/nothing",
            f"{ROOT}/collections/stations/items/nobody",
            "/api/v1/3dtiles/tiles/0/none.glb",
            "/api/v1/3dtiles/tiles/..%2f..%2f/catalogue.json",
        ):
            # when it is asked for
            # then there is none
            assert (await client.get(path)).status == 404, path

        # and somebody without a token learns nothing
        client.token = "wrong"
        for path in (ROOT, f"{ROOT}/collections/stations/items", "/api/v1/3dtiles/tileset.json", "/api/v1/catalogue"):
            assert (await client.get(path)).status == 401, path

    with_shared(ask)


def test_coordinates_come_in_the_crs_that_is_asked_for_by_its_order_of_axes(
    with_shared: Callable[[Asking], None],
) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a station at the creek
        path = f"{ROOT}/collections/stations/items/up"

        # when it is asked for in degrees, in degrees north first, and in the twin's metres
        places = {}
        for crs in (CRS84, f"{EPSG}4326", f"{EPSG}4549"):
            answer = await client.get(f"{path}?crs={quote(crs, safe='')}")
            assert answer.headers["Content-Crs"] == f"<{crs}>"
            places[crs] = json.loads(await answer.read())["geometry"]["coordinates"]

        # then each has its own order
        assert places[CRS84] == pytest.approx([CREEK[0], CREEK[1]], abs=1e-6)
        assert places[f"{EPSG}4326"] == pytest.approx([CREEK[1], CREEK[0]], abs=1e-6)
        assert places[f"{EPSG}4549"][0] == pytest.approx(3_457_000, abs=2_000)

    with_shared(ask)


def test_stations_are_found_by_place_kind_and_when_they_spoke(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given two stations of which one lies at the creek, and that one has just told its level
        row = Observation(station="up", quantity="water_level", value=3.25, unit="m", event_ms=NOW_MS,
                          received_ms=NOW_MS, source="s", is_simulated=True)  # fmt: skip
        hub.hub.latest.take([row])
        path = f"{ROOT}/collections/stations/items"

        # when they are asked for in several ways
        boxed = await client.json(f"{path}?bbox=121.42,31.23,121.43,31.24")
        by_kind = await client.json(f"{path}?kinds=level")
        heard = await client.json(f"{path}?datetime=2020-01-01T00:00:00Z/..")
        before = await client.json(f"{path}?datetime=../2020-01-01T00:00:00Z")

        # then the box holds one, the kind both, and only one has spoken
        assert [one["id"] for one in boxed["features"]] == ["up"]
        assert by_kind["numberMatched"] == 2
        assert [one["id"] for one in heard["features"]] == ["up"]
        assert before["numberMatched"] == 0
        level = heard["features"][0]["properties"]["latest"]["water_level"]
        assert (level["value"], level["unit"], level["is_simulated"]) == (3.25, "m", True)

    with_shared(ask)


def test_cases_are_masked_by_role_and_found_by_state_time_and_place(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a reported case, and a phone that may only look
        desk = await hub.screen()
        assert (await done(desk, "case.report", REPORT)).ok
        await desk.drop()
        path = f"{ROOT}/collections/cases/items"

        # when an operator and the phone ask for cases
        (seen,) = (await client.json(f"{path}?state=reported"))["features"]
        client.token = hub.device("viewer")[1]
        (masked,) = (await client.json(f"{path}?bbox=121.4,31.2,121.5,31.3&datetime=2020-01-01T00:00:00Z/.."))[
            "features"
        ]
        nobody = await client.json(f"{path}?datetime=../2020-01-01T00:00:00Z")

        # then the one learns the address and the place, the other about where it is, and nobody who reported it
        assert seen["properties"]["address"] == "武宁路桥"
        assert seen["geometry"]["coordinates"] == pytest.approx(list(CREEK), abs=1e-6)
        assert "address" not in masked["properties"]
        assert masked["geometry"]["coordinates"] == [121.423, round(CREEK[1], 3)]
        assert masked["properties"]["title_zh"] == "暴露垃圾"
        assert nobody["numberMatched"] == 0
        assert not {"reporter", "phone", "description"} & set(seen["properties"])

        # and somebody of another area sees it neither in the list nor by its number
        client.token = hub.device("grid_worker", "elsewhere", "greenery", areas=("310107005",))[1]
        assert (await client.json(path))["numberMatched"] == 0
        assert (await client.get(f"{path}/{seen['id']}")).status == 404

    with_shared(ask)


def test_answers_are_packed_and_not_sent_twice(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a client that takes packed answers
        path = f"{ROOT}/collections/roads/items?limit=50"
        plain = await client.get(path, **{"Accept-Encoding": "identity"})
        packed = await client.get(path, **{"Accept-Encoding": "gzip"})

        # then they are the same, and the second is smaller
        assert packed.headers["Content-Encoding"] == "gzip"
        one, other = json.loads(await plain.read()), json.loads(gzip.decompress(await packed.read()))
        assert one["features"] == other["features"]
        assert len(await packed.read()) < len(await plain.read()) / 2

        # when it asks again with what it has
        for address in (path, "/api/v1/3dtiles/tileset.json"):
            mark = (await client.get(address)).headers["ETag"]
            again = await client.get(address, **{"If-None-Match": mark})

            # then nothing is sent
            assert again.status == 304
            assert await again.read() == b""

    with_shared(ask)


def test_the_tileset_is_served_whole_and_follows_its_rules(
    with_shared: Callable[[Asking], None], tmp_path: Path
) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a program that fetches the tileset and all that it names
        base = "/api/v1/3dtiles"
        tileset = await client.json(f"{base}/tileset.json")
        folder = tmp_path / "fetched"
        folder.mkdir()
        (folder / "tileset.json").write_text(json.dumps(tileset))
        for uri in _contents(tileset["root"]):
            answer = await client.get(f"{base}/{uri}")
            assert answer.content_type == "model/gltf-binary"
            (folder / uri).parent.mkdir(parents=True, exist_ok=True)
            (folder / uri).write_bytes(await answer.read())

        # when it is checked
        # then it is a sound tileset
        assert len(check_tileset(folder)) >= 1

    with_shared(ask)


def test_gdal_reads_the_collections_as_a_client_of_the_standard(with_shared: Callable[[Asking], None]) -> None:
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no client for OGC API – Features")

    async def ask(hub: GovernedHub, client: Client) -> None:
        # given GDAL with the hub's token
        def read() -> tuple[set[str], Any, Any, Any]:
            source = f"OAPIF:{hub.address}{ROOT}"
            names = {str(name) for name in pyogrio.list_layers(source)[:, 0]}
            meta, table = pyogrio.read_arrow(source, layer="green")
            boxed = pyogrio.read_arrow(source, layer="stations", bbox=(121.42, 31.23, 121.43, 31.24))[1]
            return names, meta, table, boxed

        pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": TOKEN})
        try:
            # when it opens the service
            names, _, table, boxed = await asyncio.to_thread(read)
        finally:
            pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})

        # then it finds every collection, all pages of one, and by a box only what lies there
        every = await client.json(f"{ROOT}/collections/green/items?limit=1")
        assert {"stations", "areas", "cases", "context", "green"} <= names
        assert len(table) == every["numberMatched"]
        assert boxed["id"].to_pylist() == ["up"]

    with_shared(ask)


def test_the_catalogue_counts_what_was_asked(with_shared: Callable[[Asking], None]) -> None:
    async def ask(hub: GovernedHub, client: Client) -> None:
        # given a hub, and what it has counted so far
        questions = Questions(hub.where)
        before = {one.id: one for one in (await asyncio.to_thread(questions.catalogue)).services}

        # when features are asked for five times
        for _ in range(5):
            await client.json(f"{ROOT}/collections/stations/items")
        catalogue = await asyncio.to_thread(questions.catalogue)

        # then it says five more, and knows every layer with level, licence, size and count
        services = {one.id: one for one in catalogue.services}
        assert services["features"].total - before["features"].total == 5
        assert services["features"].a_minute >= 5
        assert services["features"].collections >= 9
        assert services["3dtiles"].is_ready
        cards = {card.id: card for card in catalogue.cards}
        assert cards["context"].cim_level == 2
        assert cards["context"].is_level_inferred
        assert cards["context"].licence == "Apache-2.0"
        assert cards["context"].count > 100
        assert cards["context"].bytes > 1_000
        assert cards["context"].crs == "EPSG:4548"
        assert cards["stations"].kind == "live"

    with_shared(ask)


def _contents(tile: dict[str, Any]) -> list[str]:
    own = [tile["content"]["uri"]] if "content" in tile else []
    return own + [uri for child in tile.get("children", []) for uri in _contents(child)]


def test_what_is_shared_is_listed_in_one_file(made: tuple[TwinProject, Path]) -> None:
    # given what was made of a twin
    project, cache = made

    # when its catalogue is read
    cards = json.loads((share_folder(project, cache) / CATALOGUE).read_text(encoding="utf-8"))

    # then each layer has its entry, and a share of it is kept by the state of its files
    assert [card["id"] for card in cards] == [entry.name for entry in project.layers]

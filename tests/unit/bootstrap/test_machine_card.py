"""`sanping bench card`: a small city built, drawn, linked, and written as a card."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sanping.bootstrap.card.building import SectionWork, build_section, loaded
from sanping.bootstrap.card.figures import Card
from sanping.bootstrap.card.measuring import CardWish, measured
from sanping.bootstrap.card.picture import HEIGHT, WIDTH, drawn
from sanping.bootstrap.cluster import jobs_of
from sanping.cli.bench import card as card_command
from sanping.domain.errors import Cancelled, InputError
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress

SVG = "{http://www.w3.org/2000/svg}"


class Watching:
    """Remembers what was said; wishes to stop at the first word that holds `stop`."""

    def __init__(self, stop: str = "never") -> None:
        self.said: list[tuple[float, str]] = []
        self._stop = stop

    def report(self, fraction: float, doing: Text) -> None:
        self.said.append((fraction, doing.en))
        if self._stop in doing.en:
            raise Cancelled(Text("已取消", "Cancelled"))


def wish(folder: Path, **changes: object) -> CardWish:
    usual = {"buildings": 1_200, "size": (320, 180), "frames": 4, "style": "night", "quality": "soft"}
    quick = {"at_once": 2, "sync_s": 0.5, "folder": folder}
    return CardWish(**{**usual, **quick, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Card, list[tuple[float, str]], Path]:
    folder, watching = tmp_path_factory.mktemp("card"), Watching()
    with jobs_of("", 2) as (jobs, _):
        found = measured(wish(folder), jobs, watching)
    return found, watching.said, folder


def test_a_card_holds_what_was_measured(card: tuple[Card, list[tuple[float, str]], Path]) -> None:
    # given a card of a small city
    found, said, folder = card

    # then each view has its frames, with times that can be, and two screens were linked
    assert [frames.view for frames in found.frames] == ["orbit", "district", "street"]
    for frames in found.frames:
        assert len(frames.wall_ms) == len(frames.processor_ms) == 4
        assert 0 < frames.fps_slowest <= frames.fps_median
    assert 0 < found.warm_s < found.cold_s
    assert 100 < found.building.bytes_a_building < 5_000
    assert found.memory_mb <= found.peak_mb
    assert found.sync_ms is not None
    assert 0 < found.sync_ms[0] <= found.sync_ms[1]
    # and progress never went back, and what was built is gone
    assert [fraction for fraction, _ in said] == sorted(fraction for fraction, _ in said)
    assert list(folder.iterdir()) == []


def test_the_json_holds_every_frame(card: tuple[Card, list[tuple[float, str]], Path]) -> None:
    plain = json.loads(card[0].as_json())

    assert plain["buildings"] == 1_200
    assert plain["frames"][1]["view"] == "district"
    assert len(plain["frames"][1]["wall_ms"]) == 4
    assert plain["frames"][2]["fps_p50"] == pytest.approx(card[0].frames[2].fps_median, abs=0.01)


@pytest.mark.parametrize(("language", "word"), [("zh", "1 200 栋建筑"), ("en", "1 200 buildings")])
def test_the_picture_is_whole_and_asks_for_nothing(
    card: tuple[Card, list[tuple[float, str]], Path], language, word: str
) -> None:
    # given the card as a picture
    root = ElementTree.fromstring(drawn(card[0], language))

    # then its title says how large the city is, each view has a line of its frames, and nothing is outside
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any(word in text for text in words)
    assert len(list(root.iter(f"{SVG}polyline"))) == 3
    assert not any(name.endswith("href") for element in root.iter() for name in element.attrib)
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= WIDTH
        assert 0 <= float(text.attrib["y"]) <= HEIGHT


def test_a_section_is_loaded_as_it_was_built(tmp_path: Path) -> None:
    works = [SectionWork(buildings=1_000, number=n, sections=2, target=tmp_path / f"{n}.arrow") for n in range(2)]
    for work in works:
        build_section(work, SilentProgress())

    city = loaded([work.target for work in works])

    assert city.feature_count == 1_000
    assert city.find("b0000999") is not None


def test_a_wish_to_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    with jobs_of("", 1) as (jobs, _), pytest.raises(Cancelled):
        measured(wish(tmp_path, sync_s=0.0), jobs, Watching(stop="Building"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [0, 999, 5_000_001])
def test_too_few_or_too_many_buildings_are_refused(count: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1000 到 5000000"):
        card_command(buildings=count, output=tmp_path)


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    with pytest.raises(InputError, match="--output") as caught:
        card_command(buildings=1_000, output=taken / "card")

    assert caught.value.path == str(taken / "card")

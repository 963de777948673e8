"""A hub in which each level of label has its own word: whoever finds a word where it must not be has found a leak."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import aiohttp

from fakes.governed_hub import CREEK, PNG, REPORT, GovernedHub, at_creek, done
from fakes.linked_hub import NOW_MS, TOKEN, Screen, eventually
from fakes.small_river import reading
from sanping.domain.alarm import Alarm
from sanping.domain.catalogue import DataCard
from sanping.domain.device import DeviceKind
from sanping.domain.label import HIGHEST, LABELS, Label, Labels
from sanping.domain.major_event import EventPost, MajorEvent
from sanping.domain.notice import Notice
from sanping.domain.position import Position
from sanping.domain.role import Role
from sanping.hub.site_host import now_ms
from sanping.hub.web_api import ENDPOINTS
from sanping.ports.phone_map import MapStatus
from sanping.ports.shared_models import Feature, FeaturePage, FeatureQuery
from sanping.wire.messages import Ack, Ready
from sanping.wire.movers import Positions
from sanping.wire.show import SCREEN_KIND

WORDS: Mapping[Label, str] = MappingProxyType({"public": "plimsole", "internal": "zornitum", "sensitive": "quaxilor"})
"""One word of each level; everything that has the label says it."""
TOPICS = ("all", "log", "movers", "view", "presence")
CLASSES: Mapping[Label, str] = MappingProxyType({"public": "0102", "internal": "0105", "sensitive": "0502"})
CATEGORIES: Mapping[Label, str] = MappingProxyType({"public": "other", "internal": "floating", "sensitive": "colour"})
SUBJECTS: tuple[tuple[str, DeviceKind, Role, Label], ...] = (
    ("visitor", "phone", "viewer", "public"),
    ("grid worker", "phone", "grid_worker", "internal"),
    ("operator", "desk", "operator", "internal"),
    ("duty officer", "phone", "duty_officer", "sensitive"),
    ("administrator", "desk", "admin", "sensitive"),
    ("wall", "wall", "viewer", "internal"),
    ("kiosk", "kiosk", "admin", "public"),
)
"""Who asks: as what kind of screen, in which role, and up to which level that may see."""
LABELLED = Labels(
    stations=dict(zip((f"g-{word}" for word in WORDS.values()), LABELS, strict=True)),
    layers=dict(zip(WORDS.values(), LABELS, strict=True)),
    movers=dict(zip(WORDS.values(), LABELS, strict=True)),
    cases={f"event:{code}": label for label, code in CLASSES.items()},
    made={"posts": "public"},
    is_declared=True,
)


def leaks(clearance: Label, told: bytes) -> list[str]:
    """Return the words in something that are above a clearance, in whatever case they are written."""
    above = LABELS[LABELS.index(clearance) + 1 :]
    return [WORDS[label] for label in above if WORDS[label].encode() in told.lower()]


EVENT = MajorEvent(
    id="run", title_zh="长跑", title_en="Run", begin_ms=NOW_MS, end_ms=NOW_MS + 3_600_000, route=(), route_degrees=(),
    posts=tuple(
        EventPost(
            id=f"post-{label}", kind="guard", name_zh="岗", name_en="post", department="d", people=1, duty_zh="",
            duty_en="", lon_deg=CREEK[0], lat_deg=CREEK[1], x_m=0.0, y_m=0.0,
        )
        for label in LABELS
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Publisher:
    """Who publishes a warning."""

    name: str
    is_simulated: bool = False


class WordModels:
    """Models of three layers, each with one feature and one tile that say the word of its level."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.status = MapStatus(state="ready", share=1.0)
        children = []
        for number, word in enumerate(WORDS.values()):
            tile = folder / "tiles" / str(number) / "0-0-0.glb"
            tile.parent.mkdir(parents=True, exist_ok=True)
            tile.write_bytes(b"glTF" + word.encode())
            region = [2.1 + number, 0.5, 2.2 + number, 0.6, 0.0, 10.0]
            leaf = {"boundingVolume": {"region": region}, "content": {"uri": f"tiles/{number}/0-0-0.glb"}}
            children.append({"boundingVolume": {"region": region}, "extras": word, "children": [leaf]})
            (tile.parent / "tileset.json").write_text(json.dumps({"root": leaf, "extras": word}))
        layers = {word: number for number, word in enumerate(WORDS.values())}
        root = {"boundingVolume": {"region": [2.1, 0.5, 4.2, 0.6, 0.0, 10.0]}, "children": children}
        tileset = {"asset": {"version": "1.1", "extras": {"layers": layers}}, "root": root}
        (folder / "tileset.json").write_text(json.dumps(tileset))

    def want(self) -> None:
        """Everything is there."""

    def cards(self) -> Sequence[DataCard]:
        return [DataCard(id=word, title_zh=word, title_en=word, kind="model", count=1) for word in WORDS.values()]

    def fields(self, layer: str) -> Mapping[str, str]:
        return {"name": "string", layer: "string"}

    def page(self, layer: str, _: FeatureQuery) -> FeaturePage:
        return FeaturePage(features=[self.feature(layer, layer)], matched=1)

    def feature(self, layer: str, _: str) -> Feature:
        return Feature(id=layer, geometry=None, properties={"name": layer})

    def file(self, name: str) -> Path | None:
        path = self._folder / name
        return path if path.is_file() else None

    def close(self) -> None:
        """Nothing is being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """What was made, by its label: ids of cases and responses, names of photos."""

    cases: Mapping[Label, str]
    responses: Mapping[Label, str]
    photos: Mapping[Label, str]


class LabelledHub(GovernedHub):
    """The hub; `fill` makes one of everything for each level."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.labels = LABELLED
        self.stations = tuple(at_creek(f"g-{word}") for word in WORDS.values())
        self.shared = WordModels(folder / "shared")
        self.event = EVENT

    def let_in(self, name: str, kind: DeviceKind, role: Role) -> str:
        """Let a screen in with a role; return its token."""
        assert self.hub.gate is not None
        device, token = self.hub.gate.enrolled(name, kind)
        now_ms = device.since_ms
        self.hub.gate.devices.given(device.id, role, "", now_ms, self._tick())
        return token

    async def fill(self, owner: Screen) -> Things:
        """Make readings, movers, alarms, reports, cases, and joint responses of each level."""
        hub = self.hub
        assert hub.reports.photos is not None
        cases: dict[Label, str] = {}
        responses: dict[Label, str] = {}
        photos: dict[Label, str] = {}
        for number, (label, word) in enumerate(WORDS.items()):
            rows = [reading(f"g-{word}", "water_level", 3.0 + number, NOW_MS, source=word)]
            committed = asyncio.Event()
            hub.ledger.submit(rows, committed.set)
            await committed.wait()
            where = {"longitude_deg": CREEK[0], "latitude_deg": CREEK[1], "event_ms": NOW_MS}
            hub.fleet.take([Position(mover=word, kind="car", label=word, **where)], word, NOW_MS, is_simulated=False)
            hub.alarms.keep(_alarm(label))
            hub._found([_alarm(label)])
            photos[label] = hub.reports.photos.add(PNG + word.encode())
            told = {"words": f"{word} seen", "category": CATEGORIES[label], "time_ms": NOW_MS, "photo": photos[label],
                    "lon": CREEK[0], "lat": CREEK[1]}  # fmt: skip
            await _did(owner, "report.file", told)
            told = {**REPORT, "case_class": CLASSES[label], "description": word, "address": word}
            cases[label] = (await _did(owner, "case.report", told)).about
            wish = {"plan": "street-flooding", "case": cases[label], "note": word}
            responses[label] = (await _did(owner, "response.start", wish)).about
            await self._make_by_hand(owner, label)
        hub.fanout.changed()
        return Things(cases=cases, responses=responses, photos=photos)

    async def _make_by_hand(self, owner: Screen, label: Label) -> None:
        """Let people vote, report on a post, and be warned, by a site with the label and by a source to the public."""
        word, choices = WORDS[label], [{"id": one, "name": f"{WORDS[label]} {one}"} for one in ("a", "b")]
        told = {"plan": word, "title": word, "choices": choices, "label": label}
        await _did(owner, "vote.open", told)
        ballot = next(reversed(self.hub.ballots.book))
        await _did(owner, "vote.cast", {"ballot": ballot, "choice": "a"})
        await _did(owner, "vote.close", {"ballot": ballot})
        for level in (HIGHEST, label):  # what was told before had a label of its own
            report = {"post": f"post-{label}", "state": "help", "note": WORDS[level], "label": level}
            await _did(owner, "event.post", report)
        for source, said, name in ((f"site:{word}", label, word), ("cap", "sensitive", f"street-{label}")):
            notice = Notice(
                identifier=name, sender=name, sent_ms=now_ms(), status="actual", kind="alert", event="flood",
                colour="blue", headline_zh=name, expires_ms=now_ms() + 3_600_000, label=said,
            )  # fmt: skip
            await self.hub.published(_Publisher(source), Counter(), [notice])

    @staticmethod
    def _tick() -> int:
        import time

        return time.monotonic_ns() // 1_000_000


class Listener(Screen):
    """A screen that keeps every byte it is sent."""

    def __init__(self, name: str, kind: str = "desk", room: str = "main") -> None:
        super().__init__(name, kind, room)
        self.told = b""

    async def listen(self, address: str, token: str = TOKEN) -> "Listener":
        await self.join(address, TOPICS, token)
        await eventually(lambda: self.mirror.state.case_counts)
        return self

    async def has(self, readings: int = 0, total: int = 0) -> None:
        """Wait until so many stations are heard, and so many cases are counted."""
        mirror = self.mirror
        await eventually(lambda: len(mirror.state.readings) >= readings)
        await eventually(lambda: not total or mirror.state.case_counts.total == total)

    async def _take(self, frame: bytes) -> None:
        self.told += frame
        await super()._take(frame)
        if isinstance(self.heard[-1], Positions):
            await self.say(Ready(revision=self.heard[-1].revision))


def questions(things: Things) -> list[tuple[str, dict[str, str]]]:
    """Return every address that can be asked, with every thing that it can be asked about."""
    span = {"from_ms": str(NOW_MS - 10_000_000), "to_ms": str(NOW_MS + 10_000_000)}
    asked: list[tuple[str, dict[str, str]]] = []
    for endpoint in ENDPOINTS:
        if endpoint.method != "GET" or endpoint.path in ("/health", "/sources/{name}"):
            continue
        for label, word in WORDS.items():
            known = {
                "{collection}": word, "{feature}": word, "{folder}": "tiles", "{layer}": str(LABELS.index(label)),
                "{tile}": "0-0-0.glb", "{name}": things.photos[label],
                "{id}": things.responses[label] if "responses" in endpoint.path else things.cases[label],
            }  # fmt: skip
            path = endpoint.path
            for key, value in known.items():
                path = path.replace(key, value)
            more = {"station": f"g-{word}", "quantity": "water_level", "at_ms": str(NOW_MS + 1), **span}
            asked.append((path, {key: more[key] for key in more if key in endpoint.parameters}))
    live = ("stations", "cases", "areas")
    asked += [(f"/ogc/collections/{name}/items", {"limit": "100"}) for name in live]
    asked += [(f"/ogc/collections/cases/items/{id}", {}) for id in things.cases.values()]
    asked += [(f"/ogc/collections/stations/items/g-{word}", {}) for word in WORDS.values()]
    asked += [(f"/3dtiles/tiles/{number}/tileset.json", {}) for number in range(len(WORDS))]
    asked += [("/responses/plans", {"case": id}) for id in things.cases.values()]
    asked += [("/cases", {"words": word}) for word in WORDS.values()]
    return list({(path, tuple(query.items())): (path, query) for path, query in asked}.values())


async def answers(
    address: str, token: str, asked: Sequence[tuple[str, dict[str, str]]], kind: str = ""
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Ask everything as a program does, or a screen of a kind; return status and every byte of the answers."""
    found: dict[tuple[str, str], tuple[int, bytes]] = {}
    heads = {"Authorization": f"Bearer {token}", **({SCREEN_KIND: kind} if kind else {})}
    async with aiohttp.ClientSession(headers=heads) as session:
        for path, query in asked:
            async with session.get(f"{address}/api/v1{path}", params=query) as answer:
                heads = repr(sorted(answer.headers.items())).encode()
                found[path, str(query)] = answer.status, heads + await answer.read()
    return found


async def heard_before(screen: Listener) -> None:
    """Wait until a screen has heard all that was said up to now."""
    await eventually(lambda: screen.told)
    op = await screen.wish("source.restart", {"source": "nobody"})
    await eventually(lambda: op in screen.acks)
    await asyncio.sleep(0.05)


async def _did(owner: Screen, action: str, arguments: dict[str, object]) -> Ack:
    ack = await done(owner, action, arguments)
    assert ack.ok, ack.error_en
    return ack


def _alarm(label: Label) -> Alarm:
    word = WORDS[label]
    return Alarm(
        id=f"alarm-{label}", rule="high", station=f"g-{word}", quantity="water_level", colour="orange",
        state="active", title_zh=word, title_en=word, raised_ms=NOW_MS, changed_ms=NOW_MS,
    )  # fmt: skip

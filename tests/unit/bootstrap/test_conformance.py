"""The checks of adapters find what falls short."""

from dataclasses import replace
from pathlib import Path

import pytest

from sanping.bootstrap.adapters import known_adapters
from sanping.bootstrap.conformance.abuse import torments
from sanping.bootstrap.conformance.finding import Finding, found
from sanping.bootstrap.conformance.live import faults_of, unclear
from sanping.bootstrap.conformance.on_paper import examined_on_paper
from sanping.bootstrap.conformance.trial import Trial, trial_table
from sanping.bootstrap.conformance.trial_hub import write_twin
from sanping.domain.errors import ProjectInvalid
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.hub.manifests import Manifest, read_manifest
from sanping.hub.spare_port import free_port

NOW_MS = 1_781_236_800_000
GOOD_MANIFEST = """name = "weir"
title = { zh = "堰", en = "Weir" }
kind = "server"
[settings.port]
type = "integer"
title = { zh = "端口", en = "Port" }
default = 9000
minimum = 1
maximum = 65535
[grade]
level = "bronze"
reasons = [{ zh = "试用", en = "A trial" }]
[trial]
settings = { port = "{port}" }
station = "A1"
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An adapter's package that can be imported, in which nothing falls short."""
    folder = tmp_path / "weir_on_paper"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "manifest.toml").write_text(GOOD_MANIFEST, encoding="utf-8")
    (folder / "README.md").write_text("# 堰\n\nWeirs of a brook.\n", encoding="utf-8")
    (folder / "source.py").write_text("class Source: ...\n", encoding="utf-8")
    (folder / "simulator.py").write_text("class Simulator: ...\n", encoding="utf-8")
    (folder / "decode.py").write_text("def explain(data):\n    return iter(())\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("", ".source", ".decode", ".simulator"):
        monkeypatch.delitem(__import__("sys").modules, f"weir_on_paper{name}", raising=False)
    return folder


def manifest_in(folder: Path) -> Manifest:
    return read_manifest(folder / "manifest.toml", "weir_on_paper.source:Source")


def short(folder: Path) -> list[str]:
    return [finding.why.en for finding in examined_on_paper(manifest_in(folder)) if finding.is_met is False]


def test_a_good_adapter_falls_short_of_nothing(package: Path) -> None:
    # given a whole package
    # when it is checked
    # then all is met
    assert short(package) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("manifest.toml", 'zh = "堰", en', 'zh = "dam", en', "title has no Chinese words"),
        ("manifest.toml", "maximum = 65535\n", "", "port has no bounds"),
        ("manifest.toml", 'reasons = [{ zh = "试用", en = "A trial" }]', "", "gives no reason"),
        ("manifest.toml", "[trial]", "[trail]", "lacks the table [trial]"),
        ("manifest.toml", 'station = "A1"', "", "missing required field `station`"),
        ("manifest.toml", '{ port = "{port}" }', '{ prot = "{port}" }', "no such setting"),
        ("manifest.toml", "settings.port", "settings.api_token", "api_token must be a secret"),
        ("README.md", "# 堰", "", "README.md has no Chinese words"),
        ("README.md", "Weirs of a brook.", "", "README.md has no English words"),
        ("source.py", "class", "from sanping.hub import core\nclass", "source.py imports sanping.hub"),
        ("source.py", "class", "import sanping.adapters.hj212.crc\nclass", "imports sanping.adapters.hj212.crc"),
        ("source.py", "class Source", "class Sauce", "cannot be imported"),
        ("decode.py", "return iter(())", "return iter([data[999]])", "raised IndexError"),
    ],
)
def test_what_falls_short_is_said(package: Path, name: str, before: str, after: str, said: str) -> None:
    # given an adapter with one fault
    text = (package / name).read_text(encoding="utf-8")
    assert before in text
    (package / name).write_text(text.replace(before, after, 1), encoding="utf-8")

    # when it is checked
    # then the fault is named
    assert any(said in each for each in short(package)), short(package)


def test_a_missing_file_is_named(package: Path) -> None:
    # given an adapter without a simulator
    (package / "simulator.py").unlink()

    # when it is checked
    # then that is said
    assert "simulator.py is missing" in short(package)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"unit": "cm"}, ["water_level is in cm, not in m"]),
        ({"quantity": "level"}, ["The unknown quantity level must be named protocol:code"]),
        ({"quantity": "weir:level", "unit": "?"}, []),
        ({"event_ms": NOW_MS + 8 * 3_600_000}, ["The time of water_level is -480 minutes off"]),
        ({"event_ms": NOW_MS - 1_800_000}, ["The time of water_level is 30 minutes off"]),
        ({"event_ms": NOW_MS - 1_800_000, "statistic": "mean", "period_s": 3600}, []),
        ({"is_simulated": False}, ["water_level is not marked as simulated"]),
    ],
)
def test_units_times_and_marks_are_looked_at(changes: dict[str, object], said: list[str]) -> None:
    # given a row that was reported just now
    plain = {"station": "S", "quantity": "water_level", "value": 3.0, "unit": "m", "event_ms": NOW_MS}
    row = Observation(**{**plain, "is_simulated": True, **changes})  # type: ignore[arg-type]

    # when it is looked at
    # then its faults are named
    assert [fault.en for fault in faults_of(row, NOW_MS)] == said


@pytest.mark.parametrize(
    ("words", "is_clear"),
    [
        (Text("无法连接 127.0.0.1", "It cannot be reached"), True),
        (Text("cannot connect", "cannot connect"), False),
        (Text("无法连接", ""), False),
        (Text("数据 <x object at 0x7f>", "data"), False),
        (Text("错误", "ValueError: bad"), False),
        (Text("长" * 600, "long"), False),
    ],
)
def test_words_for_people_are_told_from_others(words: Text, is_clear: bool) -> None:
    # given words that a test of settings said
    # when they are looked at, then those for people pass
    assert (unclear(words) == []) is is_clear


def test_torments_hold_whole_frames_only_as_they_were() -> None:
    # given two recorded frames
    pieces = [b"A1|1|3.25|*5f\n", b"A1|2|3.30|*60\n"]

    # when they are made into bad input, with a check code and without one
    with_code = list(torments(pieces, has_check_code=True))
    without = list(torments(pieces, has_check_code=False))

    # then some are damaged, and without a check code none is
    assert sum(not any(piece in data for piece in pieces) for data in with_code) > 8
    assert len(without) < len(with_code)
    assert max(map(len, with_code)) <= 4 << 20


def test_a_trial_fills_in_port_and_folder(package: Path, tmp_path: Path) -> None:
    # given the trial of an adapter
    manifest = manifest_in(package)
    trial = Trial(manifest=manifest, table=trial_table(manifest), port=free_port(), folder=tmp_path)

    # when its settings are asked for
    # then the port is a number, its own or another
    assert trial.settings() == {"port": trial.port}
    assert trial.settings(port=7) == {"port": 7}


def test_the_twin_of_a_trial_can_be_opened(tmp_path: Path) -> None:
    # given trials of two installed adapters
    manifests = [manifest for manifest in known_adapters()[0] if manifest.name in ("http", "sl651")]
    trials = [
        Trial(manifest=manifest, table=trial_table(manifest), port=9000 + number, folder=tmp_path)
        for number, manifest in enumerate(manifests)
    ]

    # when their twin is written and opened
    live = load_project(write_twin(tmp_path / "twin", trials)).live

    # then each has a source and a station
    assert [(source.name, source.is_simulated) for source in live.sources] == [("http", True), ("sl651", True)]
    assert [dict(station.addresses) for station in live.stations] == [{"http": "H1"}, {"sl651": "3101070001"}]


def test_a_finding_tells_the_first_shortcomings() -> None:
    # given more than can be read
    many = [Text(f"缺{number}", f"lack {number}") for number in range(9)]

    # when they become a finding
    finding = found("weir", Text("检查", "Check"), many)

    # then five are told, and none means met
    assert finding.why.en == "lack 0; lack 1; lack 2; lack 3; lack 4"
    assert found("weir", Text("检查", "Check"), []) == Finding(adapter="weir", check=Text("检查", "Check"), is_met=True)


def test_a_manifest_without_a_trial_is_refused(package: Path) -> None:
    # given a manifest without [trial]
    (package / "manifest.toml").write_text(GOOD_MANIFEST.partition("[trial]")[0], encoding="utf-8")

    # when its trial is asked for
    # then the person is told what to add
    with pytest.raises(ProjectInvalid, match=r"\[trial\]"):
        trial_table(replace(manifest_in(package)))

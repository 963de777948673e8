"""What adapters declare: read without running them, checked, and shown as a form."""

import py_compile
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_hub import PLUGINS
from fakes.small_river import gauge
from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.hub.manifests import Installed, Manifest, checked_settings, described, form, installed, read_manifest
from sanping.hub.plan import HubPlan, source_plans
from sanping.hub.source_book import SourceBook
from sanping.twin.live_part import LivePart, SourceEntry

TRIAL = PLUGINS / "sanping_trial" / "manifest.toml"


@pytest.fixture
def trial() -> Manifest:
    return read_manifest(TRIAL, "sanping_trial.source:Source")


@pytest.fixture
def plugins() -> Iterator[None]:
    sys.path.insert(0, str(PLUGINS))
    yield
    sys.path.remove(str(PLUGINS))


def test_an_adapter_of_a_third_party_is_found_by_its_entry_point_and_not_run(plugins: None) -> None:
    # given an installed package with an adapter

    # when adapters are listed
    found = installed()

    # then it is there, beside those that come with the program, and none was imported
    assert found.named("trial").title.zh == "试验适配器"
    assert "hj212" in found.manifests
    assert found.named("hj212").simulator == "sanping.adapters.hj212.simulator:Simulator"
    assert "sanping_trial.source" not in sys.modules
    with pytest.raises(ProjectInvalid) as refused:
        found.named("none")
    assert "trial" in refused.value.message.en


def test_every_adapter_that_comes_with_the_program_can_be_used() -> None:
    # given the adapters of the program

    # when they are listed

    # then none is broken
    assert [error.in_language("en") for error in installed().broken] == []


def test_a_simulator_is_found_where_no_source_file_is_as_in_a_packed_program(tmp_path: Path) -> None:
    # given an adapter of which only the manifest and compiled code are there, and one with the manifest alone
    import sanping.adapters.cap.simulator as cap

    for name in ("with", "without"):
        (tmp_path / name).mkdir()
        shutil.copy(Path(cap.__file__).with_name("manifest.toml"), tmp_path / name)
    py_compile.compile(cap.__file__, str(tmp_path / "with" / "simulator.pyc"))

    # when their manifests are read
    found = [read_manifest(tmp_path / name / "manifest.toml", "town.cap.source:Source") for name in ("with", "without")]

    # then the first has its simulator
    assert [manifest.simulator for manifest in found] == ["town.cap.simulator:Simulator", ""]


def test_settings_are_filled_with_defaults(trial: Manifest) -> None:
    # given only what is required

    # when it is checked
    found = checked_settings(trial, {"port": 9000})

    # then the rest is there
    assert found == {"host": "127.0.0.1", "port": 9000, "pace": "fast", "password": ""}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "port"),
        ({"port": ""}, "port"),
        ({"port": "9000"}, "port"),
        ({"port": True}, "port"),
        ({"port": 9000.5}, "port"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"port": 9000, "pace": "reckless"}, "pace"),
        ({"port": 9000, "host": 7}, "host"),
        ({"port": 9000, "speed": 1}, "speed"),
    ],
)
def test_a_wrong_setting_is_named(trial: Manifest, given: dict[str, object], key: str) -> None:
    # given settings with one fault

    # when they are checked
    with pytest.raises(ProjectInvalid) as refused:
        checked_settings(trial, given)

    # then the fault's key is named, in both languages
    assert refused.value.place == key
    assert refused.value.message.zh
    assert refused.value.message.en


def test_the_form_is_a_json_schema_with_both_languages(trial: Manifest) -> None:
    # given a manifest

    # when its form is made
    schema = form(trial)

    # then a window can draw it
    assert schema["required"] == ["port"]
    assert schema["properties"]["port"]["maximum"] == 65535
    assert schema["properties"]["port"]["title"] == {"zh": "端口", "en": "Port"}
    assert schema["properties"]["pace"]["enum"] == ["slow", "fast"]
    assert schema["properties"]["password"]["format"] == "text"
    assert described(trial)["grade"]["level"] == "bronze"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = 1",
        "not toml",
        TRIAL.read_text("utf-8").replace('"bronze"', '"platinum"'),
        TRIAL.read_text("utf-8").replace('"server"', '"wizard"'),
        TRIAL.read_text("utf-8").replace('default = "fast"', 'default = "warp"'),
    ],
)
def test_a_broken_manifest_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    # given a manifest that says something impossible
    path = tmp_path / "manifest.toml"
    path.write_text(text, encoding="utf-8")

    # when it is read

    # then it is refused
    with pytest.raises(ProjectInvalid):
        read_manifest(path, "some.source:Source")
    with pytest.raises(ProjectInvalid):
        read_manifest(tmp_path / "none.toml", "some.source:Source")


def test_a_plan_says_for_each_source_how_it_runs_or_why_not(trial: Manifest) -> None:
    # given a twin with a good source, a simulated one, and three that cannot run
    entries = (
        entry("good", settings={"port": 9000}),
        entry("play", settings={"port": 9001}, is_simulated=True),
        entry("off", settings={"port": 9002}, is_enabled=False),
        entry("odd", settings={"port": 0}),
        entry("none", adapter="none"),
    )
    live = LivePart(
        stations=(gauge("S1", 0.0, addresses={"trial": "A1"}, interval_s=60), gauge("S2", 0.0)), sources=entries
    )
    town = Text("城", "Town")
    plan = HubPlan(name="town", title=town, live=live, adapters=Installed(manifests={"trial": trial}))

    # when it is planned
    ready, idle = source_plans(plan, SourceBook(live.sources))

    # then two run, only the simulated one may reach this machine over HTTP, and the others say why not
    assert [source.name for source in ready] == ["good", "play"]
    assert [source.begin.allowed_networks for source in ready] == [(), ("127.0.0.0/8", "::1/128")]
    assert ready[0].silence_s == 180.0
    assert [(status.name, status.state) for status in idle] == [
        ("off", "disabled"),
        ("odd", "disabled"),
        ("none", "disabled"),
    ]
    assert all(status.why_zh and status.why_en for status in idle)


def entry(name: str, *, adapter: str = "trial", **more: object) -> SourceEntry:
    return SourceEntry(name=name, adapter=adapter, title=Text(name, name), **more)  # type: ignore[arg-type]

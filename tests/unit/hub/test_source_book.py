"""Sources that people configure: kept over those of the twin, secrets apart."""

import stat
from pathlib import Path

import msgspec
import pytest

from sanping.domain.errors import InputError, ProjectInvalid
from sanping.domain.text import Text
from sanping.hub.manifests import Grade, Installed, Manifest, Setting, Words
from sanping.hub.plan import HubPlan, source_plan
from sanping.hub.source_book import SourceBook
from sanping.twin.live_part import LivePart, SourceEntry

TITLE = Words(zh="项", en="item")
MANIFEST = Manifest(
    name="trial",
    title=Text("试用", "Trial"),
    kind="client",
    settings={
        "host": Setting(type="text", title=TITLE, default="127.0.0.1"),
        "port": Setting(type="integer", title=TITLE, minimum=1, maximum=65535, required=True),
        "key": Setting(type="secret", title=TITLE, required=True),
    },
    grade=Grade(level="bronze"),
    target="x.source:Source",
)
ADAPTERS = Installed(manifests={"trial": MANIFEST})
DECLARED = SourceEntry(name="gauges", adapter="trial", title=Text("水位", "Gauges"), settings={"port": 9000})


def command(**more: object) -> dict[str, object]:
    return {"source": "gauges", "adapter": "trial", "settings": {"port": 9100, "key": "canary-1"}, **more}


def test_what_a_person_configures_outlives_the_hub_and_covers_the_twins(tmp_path: Path) -> None:
    # given a twin's source
    book = SourceBook([DECLARED], {}, tmp_path)

    # when its port is changed and another source is added, and the hub starts again
    book.keep(*book.draft(command(), ADAPTERS))
    book.keep(*book.draft(command(source="more-1", title_zh="更多", title_en="More"), ADAPTERS))
    stored = msgspec.json.decode((tmp_path / "secrets.json").read_bytes())
    again = SourceBook([DECLARED], stored, tmp_path)

    # then both are there, each once, with what was chosen
    assert {entry.name: entry.settings["port"] for entry in again.entries} == {"gauges": 9100, "more-1": 9100}
    assert again.entries[1].title == Text("更多", "More")
    assert again.secrets["gauges"] == {"key": "canary-1"}


def test_secrets_lie_in_a_file_of_their_own_and_never_go_back_to_a_screen(tmp_path: Path) -> None:
    # given a source with a stored secret
    book = SourceBook([DECLARED], {}, tmp_path)
    book.keep(*book.draft(command(), ADAPTERS))

    # when it is described, and changed without naming the secret again
    described = book.described("gauges", ADAPTERS)
    entry, secrets = book.draft(command(settings={"port": 9200}), ADAPTERS)
    book.keep(entry, secrets)

    # then no screen sees the secret, it is kept, and only its owner can read the files
    assert "canary-1" not in str(described)
    assert b"canary-1" not in (tmp_path / "sources.json").read_bytes()
    assert book.secrets["gauges"] == {"key": "canary-1"}
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"sources.json": 0o600, "secrets.json": 0o600}


def test_a_plan_hands_secrets_over_apart_from_settings(tmp_path: Path) -> None:
    # given a configured source whose secret is required
    book = SourceBook([DECLARED], {}, tmp_path)
    entry, secrets = book.draft(command(), ADAPTERS)
    plan = HubPlan(name="t", title=Text("城", "Town"), live=LivePart(), adapters=ADAPTERS)

    # when it is planned
    begin = source_plan(plan, entry, secrets).begin

    # then the settings are complete without it
    assert begin.settings == {"host": "127.0.0.1", "port": 9100, "key": ""}
    assert begin.secrets == {"key": "canary-1"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"source": ""}, "letters"),
        ({"source": "../x"}, "letters"),
        ({"source": "x" * 61}, "letters"),
        ({"settings": 5}, "settings"),
        ({"adapter": "none", "source": "new"}, "none"),
        ({"settings": {"port": 0, "key": "k"}}, "between"),
        ({"settings": {"port": 9100}}, "required"),
        ({"settings": {"port": 9100, "key": "k", "odd": 1}}, "odd"),
    ],
)
def test_a_wrong_command_changes_nothing_and_says_why(tmp_path: Path, more: dict[str, object], words: str) -> None:
    # given a book with one source
    book = SourceBook([DECLARED], {}, tmp_path)

    # when a command is wrong
    with pytest.raises((InputError, ProjectInvalid)) as caught:
        book.draft(command(**more), ADAPTERS)

    # then the reason is named and nothing was written
    assert words in caught.value.in_language("en")
    assert book.entries == (DECLARED,)
    assert list(tmp_path.iterdir()) == []


def test_a_source_keeps_its_adapter(tmp_path: Path) -> None:
    # given a source of one adapter
    other = Installed(manifests={"trial": MANIFEST, "other": MANIFEST})

    # when a command gives it another
    with pytest.raises(InputError) as caught:
        SourceBook([DECLARED], {}, tmp_path).draft(command(adapter="other"), other)

    # then it is refused: its history would be told by something else
    assert "another name" in caught.value.in_language("en")


def test_a_damaged_book_is_named(tmp_path: Path) -> None:
    # given a file that is not what it should be
    (tmp_path / "sources.json").write_text("[{]", encoding="utf-8")

    # when it is opened, then the error names it
    with pytest.raises(InputError) as caught:
        SourceBook([DECLARED], {}, tmp_path)
    assert "sources.json" in caught.value.in_language("en")

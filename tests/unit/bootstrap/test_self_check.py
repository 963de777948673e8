"""The check of an installation against a standard: what is wrong here is seen here, and nothing else is claimed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import msgspec
import pytest

from fakes.case_stories import TO_CLOSED, wish
from sanping.bootstrap.self_check import CHECKS, Installation, self_checked
from sanping.bootstrap.twins import load_project
from sanping.cli.audit import verify_all
from sanping.cli.self_check import self_check
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.formats.clause_list import State, known_standards, load_clauses
from sanping.hub.event_keeper import access_row
from sanping.hub.folder import SECRETS_FILE, TOKEN_FILE, case_key
from sanping.hub.site_certificates import make_certificates
from sanping.ports.device_book import User
from sanping.ports.progress import SilentProgress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.storage.backing_up import HubData, back_up
from sanping.storage.backup import MANIFEST_FILE
from sanping.storage.case_book import FILE_NAME, SqliteCaseBook
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import FILE_NAME as EVENTS
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.opening import FileStores
from sanping.storage.sqlite_file import opened
from sanping.twin.live_part import SourceEntry


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a hub with people, a closed case, a log and certificates, as it should be."""
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    folder = tmp_path / "data"
    folder.mkdir()
    people = SqliteDeviceBook(folder)
    for name in ("李工", "王工"):
        people.keep_user(User(name=name, role="admin", password="$argon2id$"))
    people.close()
    book, events = SqliteCaseBook(folder, case_key(folder)), SqliteEventLog(folder)
    book.take([wish(step, op=f"op-{step}") for step in TO_CLOSED])
    events.append([(1_780_000_000_000 + number, "access", b"{}") for number in range(5)])
    book.close()
    events.close()
    (folder / SECRETS_FILE).write_text('{"gauges": {"password": "keyring:sanping/gauges"}}', encoding="utf-8")
    (folder / TOKEN_FILE).write_text("t", encoding="utf-8")
    for name in (SECRETS_FILE, TOKEN_FILE):
        (folder / name).chmod(0o600)
    make_certificates(paths.certificates_folder(), ("localhost",), datetime.now(UTC))
    return folder


def states(data: Path, **settings: object) -> dict[str, State]:
    """Return the state of every check by itself."""
    installation = Installation(data=data, settings=Settings(**settings))  # type: ignore[arg-type]
    return {name: check(installation).state for name, check in CHECKS.items()}


@pytest.mark.parametrize("name", known_standards())
def test_every_standard_is_whole_in_both_languages_and_names_checks_that_exist(name: str) -> None:
    # given a list that comes with the program

    # when it is read
    standard = load_clauses(name)

    # then its clauses are told apart and answered, in both languages
    assert standard.name == name
    assert len({clause.id for clause in standard.clauses}) == len(standard.clauses) >= 10
    for clause in standard.clauses:
        for words in (clause.title, clause.answer, clause.operator):
            assert bool(words.zh) == bool(words.en), clause.id
        assert clause.answer.zh, clause.id
        assert set(clause.checks) <= set(CHECKS), clause.id
    with pytest.raises(InputError, match="dengbao"):
        load_clauses("../dengbao")


def test_an_installation_as_it_should_be_is_seen_as_such(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given an installation as it should be

    # when it is gone through, by hand and by the command
    found = states(data)
    status = self_check(data=data, as_json=True)
    said = json.loads(capsys.readouterr().out)

    # then all that can be seen here is met, and what cannot is not claimed
    assert {name for name, state in found.items() if state != "met"} == {
        "program_files", "hot_standby", "labels", "backups",
    }  # fmt: skip
    assert "unmet" not in found.values()
    assert status == 0
    assert {one["id"]: one["state"] for one in said["clauses"]}["8.1.4.7 b"] == "met"
    assert self_check(data=data) == 0
    assert "8.1.4.1 a" in capsys.readouterr().out


def test_each_lettered_clause_of_the_secure_computing_environment_has_its_row() -> None:
    # given how many letters each clause of 8.1.4 has at level 3; 0 for one without
    letters = {1: 4, 2: 7, 3: 4, 4: 6, 5: 0, 6: 0, 7: 2, 8: 2, 9: 3, 10: 2, 11: 2}

    # when the list is read
    found = [clause.id for clause in load_clauses("dengbao").clauses]

    # then none is left out and none is told together with another
    assert found == [
        f"8.1.4.{number} {letter}".strip() for number, count in letters.items() for letter in "abcdefg"[:count] or [""]
    ]


def test_who_was_turned_away_is_counted_and_old_refusals_are_not(data: Path) -> None:
    # given a log-in that was refused today, one in the spring, and one that was not refused
    now_ms, spring_ms = int(datetime.now(UTC).timestamp() * 1000) - 1000, 1_700_000_000_000
    events = SqliteEventLog(data)
    events.append([access_row("login.refused", "x", spring_ms), access_row("login", "李工", now_ms)])
    events.close()
    before = CHECKS["turned_away"](Installation(data=data, settings=Settings()))
    events = SqliteEventLog(data)
    events.append([access_row("login.refused", "x 10.0.0.9", now_ms), access_row("label.refused", "y", now_ms)])
    events.close()

    # when it is looked at
    after = CHECKS["turned_away"](Installation(data=data, settings=Settings()))

    # then those of the last thirty days count
    assert before.state == "met"
    assert (after.state, after.words.en[:10]) == ("open", "2 refusals")


def test_a_backup_that_is_missing_or_too_old_is_seen(data: Path, tmp_path: Path) -> None:
    # given backups that were asked for every two hours
    settings = Settings(backup_folder=tmp_path / "backups", backup_hours=2.0)
    (tmp_path / "backups").mkdir()
    states_of = {"none": CHECKS["backups"](Installation(data=data, settings=settings)).state}

    # when one was made four days ago, and one now
    hub = HubData(folder=data, stores=FileStores(data), key=case_key(data))
    made, manifest = back_up(hub, tmp_path / "backups", SilentProgress())
    states_of["new"] = CHECKS["backups"](Installation(data=data, settings=settings)).state
    old = msgspec.structs.replace(manifest, began_ms=manifest.began_ms - 4 * 86_400_000)
    (made / MANIFEST_FILE).write_bytes(msgspec.json.encode(old))
    states_of["old"] = CHECKS["backups"](Installation(data=data, settings=settings)).state

    # then it is told apart from one that does not exist
    assert states_of == {"none": "unmet", "new": "met", "old": "unmet"}


def test_whether_another_hub_could_take_over_is_told_and_not_claimed(data: Path) -> None:
    store, bus = "postgresql://sanping@db/sanping", "nats://127.0.0.1:4222"
    told = {
        words: CHECKS["hot_standby"](
            Installation(data=data, settings=Settings(store=store_of, bus=bus_of, site="town"))
        )
        for words, store_of, bus_of in (("没有热备", "", ""), ("消息服务器", store, ""), ("站点“town”", store, bus))
    }
    for words, found in told.items():
        assert found.state == "open"
        assert words in found.words.zh


def test_each_fault_of_an_installation_is_seen(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given a shared account, secrets in clear that others can read, a certificate that ends, code allowed without a
    # digest, an open console, a desk that locks late, and an altered audit
    people = SqliteDeviceBook(data)
    people.keep_user(User(name="Admin", role="viewer", password="$argon2id$"))
    people.close()
    (data / SECRETS_FILE).write_text('{"gauges": {"password": "canary"}}', encoding="utf-8")
    (data / TOKEN_FILE).chmod(0o644)
    make_certificates(paths.certificates_folder(), ("localhost",), datetime.now(UTC) - timedelta(days=3650))
    database = apsw.Connection(str(data / FILE_NAME))
    database.execute("drop trigger audit_stays")
    database.execute("update audit set said = ? where seq = 4", (b"nothing",))
    database.close()

    # when it is gone through
    found = states(data, console="on", idle_lock_min=30)
    source = SourceEntry(name="gate", adapter="mqtt", title=Text("闸", "Gate"), settings={"password": "canary-2"})
    live = replace(load_project(paths.default_twin()).live, sources=(source,))
    twin = replace(load_project(paths.default_twin()), live=live)
    (data / "none").mkdir()
    in_twin = CHECKS["secrets"](Installation(data=data / "none", settings=Settings(), twin=twin))
    status = self_check(data=data)
    said = capsys.readouterr().out

    # then each is seen, the command fails, and no secret is said
    wrong = {name for name, state in found.items() if state == "unmet"}
    assert wrong == {"accounts", "own_files", "certificates", "secrets", "audit_chain", "console", "idle_lock"}
    assert status == 1
    assert "✗" in said
    assert "canary" not in said
    assert in_twin.state == "unmet"
    assert "gate" in in_twin.words.en
    assert "canary" not in in_twin.words.en


def test_a_folder_without_a_hub_claims_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine on which no hub has run
    monkeypatch.setenv("SANPING_HOME", str(tmp_path))

    # when the standard is gone through
    installation = Installation(data=tmp_path / "hub" / "suhe", settings=Settings())
    found = self_checked(load_clauses("dengbao"), installation)

    # then what needs a hub is open, and nothing was made by looking
    assert {one.clause.id: one.state for one in found}["8.1.4.7 b"] == "open"
    assert not (tmp_path / "hub").exists()


def test_a_missing_event_is_named_beside_the_chain_of_cases(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given a log from which somebody takes an event
    whole = verify_all(data)
    said = capsys.readouterr().out
    database = opened(data / EVENTS, "")  # with the checksums of its pages made anew
    database.execute("delete from events where seq = 3")
    database.close()

    # when the audit is verified
    status = verify_all(data)

    # then the number is named
    assert (whole, status) == (0, 1)
    assert "5" in said
    assert "3" in capsys.readouterr().out.splitlines()[-1]

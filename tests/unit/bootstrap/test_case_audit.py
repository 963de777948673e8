"""An administrator checks the audit of cases: whole, altered, or not there, in words and by exit status."""

from pathlib import Path

import apsw
import msgspec
import pytest

from fakes.case_stories import TO_CLOSED, wish
from fakes.small_hub import write_twin
from sanping.bootstrap.case_audit import checked_folder, people_of
from sanping.bootstrap.cases import city_of, governed
from sanping.bootstrap.twins import load_project
from sanping.cli.cases import verify
from sanping.domain.errors import InputError
from sanping.hub.case_desk import CASE_HEAD, KeptHead
from sanping.hub.folder import CASE_KEY_FILE, case_key, opened
from sanping.storage.case_book import FILE_NAME, SqliteCaseBook
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.opening import FileStores

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """The data folder of a hub with a closed case and one kept head."""
    book, events = SqliteCaseBook(tmp_path, case_key(tmp_path)), SqliteEventLog(tmp_path)
    book.take([wish(step, op=f"op-{step}") for step in TO_CLOSED])
    head = book.head()
    events.append([(1, CASE_HEAD, msgspec.json.encode(KeptHead(seq=head.seq, mark=head.mark.hex())))])
    book.close()
    events.close()
    return tmp_path


def test_an_audit_that_nobody_touched_is_whole(lived: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given the folder of a hub; when it is checked
    found = checked_folder(lived)

    # then every row and the kept head agree, and the command says so
    assert (found.rows, found.heads, found.first_bad) == (len(TO_CLOSED), 1, None)
    assert verify(lived) == 0
    assert "9" in capsys.readouterr().out


def test_an_altered_row_is_named_and_the_command_fails(lived: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given somebody who changed what was said in the fourth step
    database = apsw.Connection(str(lived / FILE_NAME))
    database.execute("drop trigger audit_stays")
    database.execute("update audit set said = ? where seq = 4", (b"nothing",))
    database.close()

    # when it is checked
    status = verify(lived)

    # then the row is named
    assert status == 1
    assert "4" in capsys.readouterr().out


def test_a_book_set_back_to_an_older_copy_differs_from_the_kept_head(lived: Path) -> None:
    # given a book that was replaced by one with fewer steps, under the same key
    for name in lived.glob(f"{FILE_NAME}*"):
        name.unlink()
    older = SqliteCaseBook(lived, case_key(lived))
    older.take([wish(step, op=f"op-{step}") for step in TO_CLOSED[:4]])
    older.close()

    # when it is checked; then the head that was kept elsewhere gives it away
    assert checked_folder(lived).first_bad is not None


@pytest.mark.parametrize("missing", [FILE_NAME, CASE_KEY_FILE])
def test_without_book_or_key_nothing_is_checked_and_nothing_is_made(lived: Path, missing: str) -> None:
    # given a folder that lacks one of them
    (lived / missing).unlink()

    # when it is checked; then it is said in words, and no empty one is made in its place
    with pytest.raises(InputError, match="案件"):
        checked_folder(lived)
    assert not (lived / missing).exists()


def test_the_bundled_twin_governs_by_its_own_tables() -> None:
    # given the bundled twin
    project = load_project(REPOSITORY / "cim_models" / "suhe")

    # when its city is read
    city = city_of(project)

    # then departments, people, and what its rules and reports become are there, all of them marked
    assert city is not None
    assert 8 <= len(city.departments) <= 12
    assert all("模拟" in department.source for department in city.departments.values())
    assert set(people_of(project.folder)) == set(city.people)
    # and each rule that proposes a case has its class, of its own or of a scene that is laid over it
    marathon = load_project(REPOSITORY / "assets" / "scenes" / "marathon")
    rules = [*project.live.rules, *marathon.live.rules]
    assert {rule.id for rule in rules if rule.proposes_case} == set(city.alarm_classes)


def test_a_broken_table_or_book_leaves_the_hub_without_cases_and_says_why(tmp_path: Path) -> None:
    # given a twin whose people name a department that is not there, and one whose book is no database
    twin = write_twin(tmp_path / "town", {})
    with (twin / "twin.toml").open("a", encoding="utf-8") as file:
        file.write('\n[governance]\nfolder = "governance"\n')
    (twin / "governance").mkdir()
    people = twin / "governance" / "people.csv"
    people.write_text("user,name,roles,areas,department,source\na,甲,handler,*,moon,测试\n", encoding="utf-8")
    folder = opened(tmp_path / "data")
    try:
        # when the hub looks what to govern by
        wrong_table = governed(load_project(twin), folder, FileStores(folder.path))
        people.unlink()
        folder.case_key()
        (tmp_path / "data" / FILE_NAME).write_bytes(b"no database" * 1000)
        wrong_book = governed(load_project(twin), folder, FileStores(folder.path))
        (tmp_path / "data" / FILE_NAME).unlink()
        whole = governed(load_project(twin), folder, FileStores(folder.path))
        assert whole.book is not None
        whole.book.close()
        (tmp_path / "data" / CASE_KEY_FILE).unlink()
        without_key = governed(load_project(twin), folder, FileStores(folder.path))
    finally:
        folder.close()

    # then each says why, and the whole one governs
    assert wrong_table.city is None
    assert "people.csv" in str(wrong_table.why)
    assert wrong_book.book is None
    assert FILE_NAME in str(wrong_book.why)
    assert whole.why is None

    # and a book whose key is gone gets no other one, which would fit no row
    assert "密钥" in str(without_key.why)
    assert not (tmp_path / "data" / CASE_KEY_FILE).exists()

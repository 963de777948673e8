"""Reports from the street: what is taken, what is refused with a reason, and photos by what they hold."""

from pathlib import Path

import msgspec
import pytest

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.report import CATEGORIES, Report
from sanping.hub import report_desk
from sanping.hub.event_keeper import values_of
from sanping.hub.report_desk import LARGEST_PHOTO, MOST_REPORTS, PhotoShelf, ReportDesk, report_row
from sanping.ports.event_log import Event

NOW_MS = 1_790_000_000_000
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def said(**more: object) -> dict[str, object]:
    return {"time_ms": NOW_MS - 5_000, "category": "floating", "words": "桥下有浮萍", **more}


def test_a_report_is_taken_with_place_words_and_photo_and_read_again_from_its_event(tmp_path: Path) -> None:
    # given a desk that has a photo
    desk = ReportDesk(tmp_path / "photos")
    assert desk.photos is not None
    photo = desk.photos.add(JPEG)

    # when a report is filed and its event is read in the next life of the hub
    report = desk.filed("op-000001", said(lon=121.42, lat=31.24, photo=photo), "phone-7", NOW_MS)
    time_ms, kind, body = report_row(report)
    again = ReportDesk(tmp_path / "photos")
    again.recall(values_of([Event(seq=1, time_ms=time_ms, kind=kind, body=body)], "report", Report))

    # then it is the same
    assert (report.id, report.by, report.words, report.lon, report.lat) == (
        "op-000001", "phone-7", "桥下有浮萍", 121.42, 31.24,
    )  # fmt: skip
    assert again.book == {"op-000001": report}
    assert again.photos is not None
    assert again.photos.read(report.photo) == JPEG


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"words": "  "}, "neither words nor a photo"),
        ({"words": "x" * 501}, "cannot be used"),
        ({"category": "ufo"}, "cannot be used"),
        ({"lon": 121.0}, "both longitude and latitude"),
        ({"lon": 999.0, "lat": 0.0}, "cannot be used"),
        ({"lon": float("nan"), "lat": 0.0}, "cannot be used"),
        ({"time_ms": NOW_MS + 3_600_000}, "ten minutes ahead"),
        ({"time_ms": "yesterday"}, "cannot be used"),
        ({"photo": "../../token"}, "does not have this photo"),
        ({"photo": "0" * 64 + ".jpg"}, "does not have this photo"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(tmp_path: Path, wrong: dict[str, object], reason: str) -> None:
    # given a desk
    desk = ReportDesk(tmp_path)

    # when something wrong is filed
    with pytest.raises(InputError) as refused:
        desk.filed("op-000002", said(**wrong), "phone", NOW_MS)

    # then the person hears why
    assert reason in refused.value.in_language("en")


def test_photos_are_kept_once_and_only_as_jpeg_or_png(tmp_path: Path) -> None:
    # given a shelf
    shelf = PhotoShelf(tmp_path / "photos")

    # when photos come, one of them twice
    names = [shelf.add(JPEG), shelf.add(PNG), shelf.add(JPEG)]

    # then each is there once, and other things are refused
    assert names[0] == names[2]
    assert sorted(path.name for path in (tmp_path / "photos").iterdir()) == sorted(set(names))
    for body in (b"", b"<svg onload=alert(1)>", b"GIF89a", b"\xff\xd8\xff" + bytes(LARGEST_PHOTO)):
        with pytest.raises(InputError):
            shelf.add(body)
    assert not shelf.has("../token")
    with pytest.raises(InputError):
        shelf.read("../token")


def test_a_full_or_broken_store_of_photos_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a shelf with room for nothing, and one whose folder cannot be made
    monkeypatch.setattr(report_desk, "MOST_PHOTO_BYTES", 10)
    (tmp_path / "taken").write_text("a file")

    # when photos come

    # then both are failures of the store, not of the person
    for folder in (tmp_path / "photos", tmp_path / "taken"):
        with pytest.raises(StoreFailed):
            PhotoShelf(folder).add(JPEG)


def test_the_oldest_reports_go_and_a_damaged_event_is_skipped(tmp_path: Path) -> None:
    # given more reports than are kept, and an event of rubbish
    desk = ReportDesk()

    # when they are recalled
    for number in range(MOST_REPORTS + 3):
        desk.keep(desk.filed(f"op-{number:06}", said(), "phone", NOW_MS))
    rubbish = list(values_of([Event(seq=1, time_ms=NOW_MS, kind="report", body=b'{"id":1}')], "report", Report))

    # then the newest are there
    assert len(desk.book) == MOST_REPORTS
    assert next(iter(desk.book)) == "op-000003"
    assert rubbish == []


def test_every_category_has_both_languages() -> None:
    # given the categories of the form

    # when they are read

    # then each is said in Chinese and in English
    assert all(title.zh and title.en for title in CATEGORIES.values())
    assert msgspec.json.encode(list(CATEGORIES))


def test_zeros_are_no_place(tmp_path: Path) -> None:
    # given a phone that does not know where it is, and says zeros
    desk = ReportDesk(tmp_path)

    # when its report is taken
    report = desk.filed("r1", said(lon=0, lat=0.0), "phone-1", NOW_MS)

    # then it has no place, instead of one in the Gulf of Guinea
    assert (report.lon, report.lat, report.x_m) == (None, None, None)

"""Notices of a site to those below it: as warnings there, with what has come back, and which are over."""

from msgspec.structs import replace

from sanping.domain.site import NoticeReceipt, SiteNotice
from sanping.twin.notices import after_notice, in_force
from sanping.twin.site_notices import as_warning, ended, warning_key, with_receipt

NOTICE = SiteNotice(
    id="city-a-1", site="city", epoch="a", seq=1, op="op-1", by="", at_ms=100, title="备好水泵", until_ms=1_000,
    sites=("county", "town"), site_zh="市中心", site_en="City", colour="orange", area="沿河", text="今夜有暴雨",
)  # fmt: skip


def receipt(site: str, state: str = "received", by: str = "") -> NoticeReceipt:
    return NoticeReceipt(notice=NOTICE.id, site=site, state=state, at_ms=200, by=by)


def test_a_notice_is_a_warning_that_names_who_gave_it_and_ends_with_its_time() -> None:
    # given a notice whose sender's clock is ahead; when it becomes a warning; then it says who, what and until when
    warning = as_warning(NOTICE, 50)
    assert (warning.headline_zh, warning.headline_en) == ("【市中心】备好水泵", "[City] 备好水泵")
    assert (warning.key, warning.sent_ms, warning.colour) == (warning_key(NOTICE), 50, "orange")
    assert in_force([warning], 999) == (warning,)
    assert in_force([warning], 1_000) == ()
    assert as_warning(replace(NOTICE, is_exercise=True), 50).status == "exercise"


def test_the_end_of_a_notice_takes_its_warning_away_and_only_the_sender_can_end_it() -> None:
    # given a notice that is shown, and its end
    end = replace(NOTICE, id="city-a-2", seq=2, ends=NOTICE.id, at_ms=300)
    book = after_notice({}, as_warning(NOTICE, 400))

    # when the end comes; then the warning is gone, and the notice is over
    assert after_notice(book, as_warning(end, 400)) == {}
    over = ended([NOTICE], end)
    assert over is not None
    assert over.over_ms == 300
    assert not over.is_fresh(301)
    assert NOTICE.is_fresh(999)

    # and it is not, when another site says so, or once it is
    assert ended([NOTICE], replace(end, site="county")) is None
    assert ended([over], end) is None


def test_a_confirmation_stays_and_others_change_nothing() -> None:
    # given a notice; when receipts come in any order; then the last word of each site it is for stands
    told = with_receipt(NOTICE, receipt("town", "refused"))
    assert told.receipts == (receipt("town", "refused"),)
    told = with_receipt(told, receipt("town"))
    told = with_receipt(told, receipt("town", "refused"))
    assert told.receipts == (receipt("town"),)
    told = with_receipt(told, receipt("town", "confirmed", "李四"))
    told = with_receipt(told, receipt("town"))
    told = with_receipt(told, receipt("moon", "confirmed"))
    assert told.receipts == (receipt("town", "confirmed", "李四"),)
    assert told.receipt_of("county") is None

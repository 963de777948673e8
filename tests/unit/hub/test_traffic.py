"""Requests are counted by service: of the last minute, of the last hour, and since the hub began."""

from sanping.hub.traffic import Asked, Traffic


def test_requests_leave_the_minute_and_the_hour_as_time_passes() -> None:
    # given sixty requests in a minute, and one of another service
    traffic = Traffic()
    for second in range(60):
        traffic.count("features", 100, now_s=1000.0 + second)
    traffic.count("3dtiles", 5, now_s=1059.0)

    # when it is asked at once, two minutes later, and two hours later
    now, later, much_later = (traffic.of("features", now_s=at) for at in (1059.0, 1180.0, 9000.0))

    # then they are in the minute, in the hour, and in the total
    assert now == Asked(a_minute=60, an_hour=60, total=60, sent_bytes=6000)
    assert later == Asked(a_minute=0, an_hour=60, total=60, sent_bytes=6000)
    assert much_later == Asked(a_minute=0, an_hour=0, total=60, sent_bytes=6000)
    assert traffic.of("3dtiles", now_s=1060.0).total == 1
    assert traffic.of("nobody").total == 0

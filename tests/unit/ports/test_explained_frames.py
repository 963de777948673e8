"""`sanping.ports.explain`."""

import msgspec

from sanping.domain.observation import Observation
from sanping.ports.explain import Explained


def test_an_explained_frame_survives_json() -> None:
    # given a frame with fields of every kind and one observation
    frame = Explained(
        offset=3,
        size=12,
        frame="##0001",
        fields={"CN": "2011", "length": 1, "level": 3.25, "packets": [1, 2]},
        observations=(Observation(station="A", quantity="ph", value=7.4, unit="", event_ms=1_781_222_400_000),),
        crc_ok=True,
    )

    # when it travels as JSON
    back = msgspec.json.decode(msgspec.json.encode(frame), type=Explained)

    # then nothing is lost
    assert back == frame


def test_an_unknown_check_is_told_apart_from_a_failed_one() -> None:
    # given rubbish, which has no CRC
    rubbish = Explained(offset=0, size=2, frame="0000", error="不是报文 / not a frame")

    # when it is written
    line = msgspec.json.encode(rubbish)

    # then the answer is null, not false
    assert b'"crc_ok":null' in line

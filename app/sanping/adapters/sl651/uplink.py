"""What happens to a message of a station: checked, read, delivered, confirmed; shared by all connections."""

from collections.abc import Callable, Iterator

from sanping.adapters.sl651.body import Message, decoded_body
from sanping.adapters.sl651.encode import confirmation
from sanping.adapters.sl651.frame import ETB, ETX, FUNCTIONS, KEEP_ALIVE, Frame
from sanping.adapters.sl651.options import Options
from sanping.adapters.sl651.readings import Interpreter, Picture, Reading
from sanping.adapters.sl651.replay import SeenMessages
from sanping.adapters.sl651.text_body import decoded_text_body
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, Step

KeepPicture = Callable[[Picture], bool]
"""Keeps a picture; False when it could not be kept."""

_REPLIES = frozenset({*range(0x40, 0x44), *range(0x47, 0x52)})
"""Answers to commands of another centre: counted, neither read nor confirmed."""

_UNKNOWN_STATION = Text(
    "测站 {station} 不在 allowed_stations 中，报文未采用",
    "Station {station} is not in allowed_stations; its frame was not taken",
)
_WRONG_PASSWORD = Text(
    "测站 {station} 的密码不对，报文未采用", "Station {station} has a wrong password; its frame was not taken"
)
_OTHER_CENTRE = Text(
    "测站 {station} 的报文发给中心站 {centre:02X}，未采用",
    "Station {station} writes to centre {centre:02X}; its frame was not taken",
)
_AHEAD = Text(
    "测站 {station} 的时钟快 {minutes} 分钟，报文未采用；请校时",
    "The clock of station {station} is {minutes} min ahead; its frame was not taken: set its clock",
)
_UNREADABLE = Text("测站 {station} 的报文读不懂：{why}", "A frame of station {station} cannot be read: {why}")
_UNKNOWN_CODE = Text(
    "测站 {station} 有编码表之外的要素，按原编码保存",
    "Station {station} sends elements that the table lacks; they are kept by code",
)
_BAD_ELEMENTS = Text(
    "测站 {station} 的报文中有要素超出正文，其后未读",
    "An element of station {station} runs over the end; what follows it was not read",
)
_UNKNOWN_FUNCTION = Text(
    "测站 {station} 用自定义功能码 {function:02X}，按要素读取",
    "Station {station} uses the function {function:02X} of its maker; its elements were read",
)
_PICTURE_LOST = Text(
    "测站 {station} 的图片无法保存，未确认；请检查 pictures_folder 的权限和空间",
    "A picture of station {station} could not be kept and was not confirmed; check rights and space of pictures_folder",
)


class Uplink:
    """Takes messages for one source. `keep` gets every whole picture before it is confirmed."""

    def __init__(self, options: Options, keep: KeepPicture | None = None) -> None:
        self._options = options
        self._keep = keep
        self._seen = SeenMessages(max(2 * options.max_skew_s * 1000, 600_000))
        self._interpreter = Interpreter(options.table, options.utc_offset_h, options.max_skew_s)

    def refusal(self, frame: Frame) -> Count | None:
        """Return why a frame is not taken at all; it is not confirmed either, so that nothing is lost unseen."""
        options, station = self._options, frame.station
        if options.centre and frame.centre != options.centre:
            return Count(what="other_centre", detail=_OTHER_CENTRE.with_values(station=station, centre=frame.centre))
        if options.stations and station not in options.stations:
            return Count(what="unknown_station", detail=_UNKNOWN_STATION.with_values(station=station))
        if options.password and frame.password != options.password:
            return Count(what="wrong_password", detail=_WRONG_PASSWORD.with_values(station=station))
        return None

    def taken(self, frame: Frame, now_ms: int, session: int, *, was_asked: bool = False) -> Iterator[Step]:
        """Yield what follows from a whole message; `session` tells connections apart. Never raises."""
        if frame.function == KEEP_ALIVE or frame.function in _REPLIES:
            yield Count(what="keep_alives" if frame.function == KEEP_ALIVE else "replies")
            return
        try:
            message = decoded_text_body(frame) if frame.is_text else decoded_body(frame)
        except FrameBroken as broken:
            yield Count(what="bad_frames", detail=_UNREADABLE.with_values(station=frame.station, why=broken.message))
            return
        reply = b"" if was_asked else self.reply_to(frame)
        exchange = (frame.station, message.function, message.serial, message.sent)
        seen = self._seen.seen(exchange, session, now_ms)
        if seen != "new":
            yield Count(what="duplicates")
            if seen == "again" and reply:
                yield Deliver(observations=(), reply=reply)
            return
        reading = self._interpreter.read(message, frame.station, now_ms)
        ahead_ms = reading.latest_ms - now_ms
        if ahead_ms > self._options.max_skew_s * 1000:
            detail = _AHEAD.with_values(station=frame.station, minutes=round(ahead_ms / 60_000))
            yield Count(what="clock_ahead", detail=detail)
            return
        if not all([self._keep(picture) for picture in reading.pictures] if self._keep else []):
            yield Count(what="pictures_lost", detail=_PICTURE_LOST.with_values(station=frame.station))
            return
        yield from self._delivered(frame, message, reading, reply)
        self._seen.add(exchange, session, now_ms)

    def reply_to(self, frame: Frame) -> bytes:
        """Return the confirmation of a message; empty in mode M1, and for an end that wants none."""
        if self._options.reply == "none" or frame.end not in (ETX, ETB):
            return b""
        return confirmation(frame, stays_on=self._options.reply == "esc")

    def _delivered(self, frame: Frame, message: Message, reading: Reading, reply: bytes) -> Iterator[Step]:
        if frame.function not in FUNCTIONS:
            detail = _UNKNOWN_FUNCTION.with_values(station=frame.station, function=frame.function)
            yield Count(what="unknown_function", detail=detail)
        details = {"unknown_code": _UNKNOWN_CODE, "bad_elements": _BAD_ELEMENTS}
        for what, times in reading.counts.items():
            text = details.get(what)
            if times:
                yield Count(what=what, times=times, detail=text and text.with_values(station=frame.station))
        if reading.pictures:
            yield Count(what="pictures", times=len(reading.pictures))
        observations = self._allowed(reading.observations)
        if len(observations) < len(reading.observations):
            yield Count(what="unknown_station", times=len(reading.observations) - len(observations))
        late = sum(observation.origin == "late" for observation in observations)
        if late:
            yield Count(what="late", times=late)
        if observations or reply:
            yield Deliver(observations=observations, reply=reply)

    def _allowed(self, observations: tuple[Observation, ...]) -> tuple[Observation, ...]:
        """Leave out stations that a frame speaks for and that are not allowed."""
        stations = self._options.stations
        if not stations:
            return observations
        return tuple(observation for observation in observations if observation.station in stations)

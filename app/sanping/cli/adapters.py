"""`sanping adapters`: which there are, what a pasted frame says, whether one conforms, and a folder for a new one."""

import json
import math
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sanping.bootstrap.adapters import decodes, explained, known_adapters, new_adapter
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command, Group
from sanping.cli.pasted import bytes_in
from sanping.cli.terminal import table
from sanping.domain.errors import FileHostile, InputError
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained

MOST_BYTES = 64 << 20
CHINA = timezone(timedelta(hours=8))

Name = Annotated[str, Text("适配器名", "Name of the adapter")]
Names = Annotated[str, Text("适配器名，空为全部", "Names of adapters; none for all")]
ServicePort = Annotated[
    int, Text("适配器所需服务在本机的端口", "Port of the service that the adapter needs, on this machine")
]
AsHex = Annotated[
    bool,
    Text(
        "输入是十六进制文本：空白、0x、换行、日志时间均可",
        "The input is hexadecimal text; blanks, 0x, line ends and times of a log are allowed",
    ),
    Parameter(name="--hex", negative=""),
]
Key = Annotated[str, Text("解密用的密钥（HJ 212-2025）", "Key to decrypt with (HJ 212-2025)")]

_TOO_LARGE = Text("输入超过 {most} 字节；请分段解码", "The input has more than {most} bytes; decode it in parts")
_NOT_HEX = Text(
    "输入中没有成对的十六进制数字；请粘贴完整，原始字节请去掉 --hex",
    "The input holds no hexadecimal digits in pairs; paste all of it, or leave out --hex for raw bytes",
)
_TRY_HEX = Text(
    "输入中没有可读的报文；它像十六进制文本，请加上 --hex",
    "The input holds no frame that can be read; it looks like hexadecimal text: add --hex",
)
_NOTHING = Text("输入中没有可读的报文", "The input holds no frame that can be read")


def list_adapters() -> int:
    """Print the installed adapters; 1 when one of them cannot be used."""
    language = own_settings().language
    found, broken = known_adapters()
    head = [
        Text("名称", "name"),
        Text("标题", "title"),
        Text("类型", "kind"),
        Text("等级", "grade"),
        Text("解码", "decodes"),
        Text("模拟器", "simulator"),
    ]
    mark = {True: "✓", False: "—"}
    rows = [
        [
            adapter.name,
            adapter.title.in_language(language),
            adapter.kind,
            adapter.grade.level,
            mark[decodes(adapter)],
            mark[bool(adapter.simulator)],
        ]
        for adapter in found
    ]
    print(table([[title.in_language(language) for title in head], *rows]))
    for error in broken:
        print(f"sanping: {error.in_language(language)}", file=sys.stderr)
    return 1 if broken else 0


def decode(name: Name, /, *, as_hex: AsHex = False, key: Key = "") -> int:
    """Print one line of JSON for each frame on stdin: 0 all good, 1 one was bad; refuse when none can be read."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileHostile(_TOO_LARGE.with_values(most=MOST_BYTES))
    is_readable, is_good = False, True
    for piece in explained(name, _bytes_of(data) if as_hex else data, key):
        print(json.dumps(_line(piece), ensure_ascii=False))
        is_readable = is_readable or bool(piece.fields) or not piece.error
        is_good = is_good and not piece.error
    if not is_readable:
        raise InputError(_NOTHING if as_hex or bytes_in(data.decode("latin-1")) is None else _TRY_HEX)
    return 0 if is_good else 1


def check(*names: Names, port: ServicePort = 0) -> int:
    """Try adapters as they are installed and print what was found; 1 when one falls short."""
    from sanping.bootstrap.conformance.examination import examined  # noqa: PLC0415  only this word needs a hub

    language = own_settings().language
    chosen = names or tuple(adapter.name for adapter in known_adapters()[0])
    findings = examined(chosen, dict.fromkeys(chosen, port) if port else {})
    marks = {True: "✓", False: "✗", None: "—"}
    for name in chosen:
        print(name)
        for finding in findings:
            if finding.adapter == name:
                why = finding.why.in_language(language)
                print(f"  {marks[finding.is_met]} {finding.check.in_language(language)}{why and f': {why}'}")
    return 1 if any(finding.is_met is False for finding in findings) else 0


def new(name: Name, /) -> int:
    """Make the folder of a new adapter here: an installable package with failing tests."""
    folder = new_adapter(name, Path.cwd())
    print(
        Text(
            "已建立 {folder}/；先看 README.md，再让 tests/ 里的测试通过",
            "Made {folder}/; read its README.md, then make the tests in tests/ pass",
        )
        .with_values(folder=folder.name)
        .in_language(own_settings().language)
    )
    return 0


def _bytes_of(pasted: bytes) -> bytes:
    """Return the bytes that hexadecimal text stands for."""
    found = bytes_in(pasted.decode("utf-8-sig", "replace"))
    if found is None:
        raise InputError(_NOT_HEX)
    return found


def _line(piece: Explained) -> dict[str, Any]:
    """Return a piece as JSON values; times are ISO 8601 in China's zone, missing values null."""
    return {
        "offset": piece.offset,
        "size": piece.size,
        "frame": piece.frame,
        "fields": {name: _finite(value) for name, value in piece.fields.items()},
        "observations": [_row(observation) for observation in piece.observations],
        "crc_ok": piece.crc_ok,
        "error": piece.error,
    }


def _row(observation: Observation) -> dict[str, Any]:
    return {
        "station": observation.station,
        "quantity": observation.quantity,
        "value": _finite(observation.value),
        "unit": observation.unit,
        "time": _time(observation.event_ms),
        "statistic": observation.statistic,
        "period_s": observation.period_s,
        "quality": observation.quality,
        "mark": observation.mark,
        "origin": observation.origin,
    }


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _time(moment_ms: int) -> str | None:
    """Return a moment as text, None for one beyond the calendar."""
    try:
        moment = datetime.fromtimestamp(0, tz=UTC) + timedelta(milliseconds=moment_ms)
        return moment.astimezone(CHINA).isoformat(timespec="milliseconds" if moment_ms % 1000 else "seconds")
    except OverflowError:
        return None


ADAPTERS = Group(
    name="adapters",
    title=Text("数据源适配器：列出、解码、检查、新建", "Adapters of live sources: list, decode, check, make a new one"),
    commands=(
        Command(name="list", title=Text("列出已安装的适配器", "List the installed adapters"), run=list_adapters),
        Command(
            name="decode",
            title=Text(
                "从标准输入读报文，每个输出一行 JSON", "Read frames from stdin and print a line of JSON for each"
            ),
            run=decode,
        ),
        Command(
            name="check",
            title=Text(
                "逐项检查适配器：清单、文件、与中枢和模拟器联机试用",
                "Check adapters: manifest, files, and a trial with a hub and the simulator",
            ),
            run=check,
        ),
        Command(name="new", title=Text("在当前目录新建一个适配器", "Make the folder of a new adapter here"), run=new),
    ),
)

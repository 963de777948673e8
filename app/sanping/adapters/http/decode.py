"""Decodes JSON, GeoJSON and CSV documents into plain records; raises only `FrameBroken`."""

import csv
import io

import orjson

from sanping.domain.byte_text import is_utf8
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

LARGEST_BYTES = 64 << 20
MOST_ROWS = 500_000

_NOT_JSON = Text("回应不是合法的 JSON：{reason}", "The answer is not valid JSON: {reason}")
_NOT_TEXT = Text("回应不是 UTF-8 或 GB 18030 文字", "The answer is neither UTF-8 nor GB 18030 text")
_NO_ROWS = Text("表格没有表头或数据", "The table has no header or no rows")
_TOO_BIG = Text("回应超过 {limit} MiB", "The answer is over {limit} MiB")
_TOO_MANY = Text("表格超过 {limit} 行", "The table has more than {limit} rows")
_NO_FEATURES = Text("回应不是 GeoJSON 要素集合", "The answer is no GeoJSON feature collection")


def decode(data: bytes, form: str) -> object:
    """Return the document: any JSON value; features as records; or one mapping per row of a table."""
    if len(data) > LARGEST_BYTES:
        raise FrameBroken(_TOO_BIG.with_values(limit=LARGEST_BYTES >> 20))
    if form == "csv":
        return _rows(_text(data))
    try:
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FrameBroken(_NOT_JSON.with_values(reason=str(error)[:200])) from error
    if form != "geojson":
        return document
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise FrameBroken(_NO_FEATURES)
    return features


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030") if is_utf8(data, is_whole=True) else ("gb18030", "utf-8-sig"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FrameBroken(_NOT_TEXT)


def _rows(text: str) -> list[dict[str, str]]:
    head = text.partition("\n")[0]
    mark = max(",;\t|", key=head.count)
    rows: list[dict[str, str]] = []
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=mark):
            if len(rows) >= MOST_ROWS:
                raise FrameBroken(_TOO_MANY.with_values(limit=MOST_ROWS))
            rows.append({key.strip(): value for key, value in row.items() if key and isinstance(value, str)})
    except csv.Error as error:
        raise FrameBroken(_NO_ROWS) from error
    if not rows:
        raise FrameBroken(_NO_ROWS)
    return rows

"""The API's part for reports from the street and their photos."""

import asyncio

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.case_areas import check_photo
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint, File
from sanping.hub.report_desk import LARGEST_PHOTO, PhotoShelf

_NO_SHELF = Text("这个中枢不保存照片；请只提交文字", "This hub keeps no photos; send words only")
_MEDIA = {"jpg": "image/jpeg", "png": "image/png"}


async def _reports(hub: Hub, asked: Asked) -> object:
    return hub.sight.seen(hub.reports.book.values(), asked.by)


async def _add(hub: Hub, asked: Asked) -> object:
    shelf = _shelf(hub)
    return {"photo": await asyncio.get_running_loop().run_in_executor(None, shelf.add, asked.body)}


async def _photo(hub: Hub, asked: Asked) -> object:
    shelf, name = _shelf(hub), asked.parameters["name"]
    hub.sight.check_photo(asked.by, name)
    if hub.cases is not None:
        check_photo(hub.cases, name, hub.cases.people.person(asked.by).actor)
    body = await asyncio.get_running_loop().run_in_executor(None, shelf.read, name)
    return File(body=body, media_type=_MEDIA[name.rpartition(".")[2]], name=name)


def _shelf(hub: Hub) -> PhotoShelf:
    if hub.reports.photos is None:
        raise InputError(_NO_SHELF)
    return hub.reports.photos


REPORT_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/reports", title=Text("近一周的上报", "Reports of the last week"), run=_reports),
    Endpoint(
        method="POST",
        path="/photos",
        title=Text("上传一张照片（JPEG 或 PNG，2 MB 以内）", "Upload a photo (JPEG or PNG, up to 2 MB)"),
        run=_add,
        least="grid_worker",
        most_bytes=LARGEST_PHOTO,
    ),
    Endpoint(
        method="GET",
        path="/photos/{name}",
        title=Text("一张照片", "One photo"),
        run=_photo,
        parameters={"name": Text("照片名", "Name of the photo")},
        required=("name",),
    ),
)

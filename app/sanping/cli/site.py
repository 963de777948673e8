"""`sanping certs`, `users` and `phone`: what lets phones and walls of a site connect, and people log in."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.case_audit import people_of
from sanping.bootstrap.certificates import forget_user, keep_user, make_site_certificates, users_of
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.invitation import invitation_of, words_of
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.twins import load_project
from sanping.cli.declared import Command, Group
from sanping.cli.parameters import Data, HubAddress, Token, Twin
from sanping.cli.terminal import table
from sanping.domain.role import TITLES, Role
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.wire.show import MAIN_ROOM

_MADE = Text(
    "证书已写入 {folder}，有效至 {until}。\n名称：{names}\n"
    "站点 CA 的 SHA-256 指纹，请让装证书的人核对：\n{fingerprint}\n"
    "下一步：sanping hub --lan，手机打开 https://地址:端口/ca",
    "The certificates are in {folder}, good until {until}.\nNames: {names}\n"
    "SHA-256 fingerprint of the site CA, to be compared by whoever installs it:\n{fingerprint}\n"
    "Next: sanping hub --lan, and open https://ADDRESS:PORT/ca on phones",
)
_PASSWORD = Text("口令：", "Password: ")

Names = Annotated[
    tuple[str, ...],
    Text("另加的名称或地址，可重复", "A further name or address; may be repeated"),
    Parameter(name="--name", negative=()),
]
Room = Annotated[str, Text("手机加入的联动房间", "Room of linked screens that the phone joins")]
Person = Annotated[str, Text("用户名", "Name of the person")]
ItsRole = Annotated[
    Role,
    Text(
        "角色：viewer 访客、grid_worker 网格员、operator 坐席员、duty_officer 值班长、admin 管理员",
        "Role: viewer, grid_worker, operator, duty_officer or admin",
    ),
]


def certs(*, names: Names = ()) -> int:
    """Make the site's CA and the hub's certificate for this machine's names and addresses; renews the latter."""
    made = make_site_certificates(names)
    words = _MADE.with_values(
        folder=made.folder, until=f"{made.until:%Y-%m-%d}", names=", ".join(made.names), fingerprint=made.fingerprint
    )
    print(words.in_language(own_settings().language))
    return 0


def add_user(name: Person, twin: Twin = None, /, *, role: ItsRole = "operator", data: Data = None) -> int:
    """Let a person log in at a twin's hub, or change one; the password is asked for, or read from stdin."""
    asking = _PASSWORD.in_language(own_settings().language)
    password = getpass.getpass(asking) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    keep_user(_folder(twin), data, name, role, password)
    return 0


def list_users(twin: Twin = None, /, *, data: Data = None) -> int:
    """List who can log in at a twin's hub, with what its people.csv lets them do about cases."""
    language = own_settings().language
    people = people_of(_folder(twin))
    rows = []
    for user in users_of(_folder(twin), data):
        person = people.get(user.name)
        work = () if person is None else (" ".join(sorted(person.roles)), person.department, " ".join(person.areas))
        rows.append((user.name, user.role, TITLES[user.role].in_language(language), *(work or ("", "", ""))))
    if rows:
        print(table(rows))
    return 0


def remove_user(name: Person, twin: Twin = None, /, *, data: Data = None) -> int:
    """Let a person log in no more; who is logged in stays so until the shift ends or the desk revokes the device."""
    forget_user(_folder(twin), data, name)
    return 0


def phone(twin: Twin = None, /, *, hub: HubAddress = "", token: Token = "", room: Room = MAIN_ROOM) -> int:
    """Print the address and QR code by which one phone gets to a hub that runs, and into a room."""
    found = invitation_of(load_project(_folder(twin)), HubChoice(address=hub, token=token, room=room))
    print(words_of(found, own_settings().language))
    return 0


def _folder(twin: Path | None) -> Path:
    return twin or paths.default_twin()


PHONE = Command(name="phone", title=Text("打印手机的地址和二维码", "Print a phone's address and QR code"), run=phone)
CERTS = Command(
    name="certs", title=Text("生成站点证书，供手机和大屏安全连接", "Make the site's certificates"), run=certs
)
USERS = Group(
    name="users",
    title=Text("可登录的人员：添加、列出、移除", "People who log in: add, list, remove"),
    commands=(
        Command(name="add", title=Text("添加人员，或改口令和角色", "Add a person, or change one"), run=add_user),
        Command(name="list", title=Text("列出人员", "List people"), run=list_users),
        Command(name="remove", title=Text("移除人员", "Remove a person"), run=remove_user),
    ),
)

"""What the protocol is for other programs is written from its messages, and both ends read the same examples."""

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import wire_examples
import wire_pages
from architecture.source_tree import REPOSITORY
from sanping.stage.sharing import checked_value
from sanping.wire.codec import encoded, from_hub, from_screen
from sanping.wire.messages import FromHub, FromScreen
from sanping.wire.show import Shown, ViewKey

FILES = wire_pages.wire_files(REPOSITORY)
EXAMPLES = sorted(path for path in FILES if path.parent.name == "wire_examples")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_committed_file_is_what_the_messages_say(path: Path) -> None:
    # given a file that `make docs` writes
    # when it is written anew
    # then the committed one is the same
    is_current = path.exists() and path.read_text("utf-8") == FILES[path]
    assert is_current, f"{path.relative_to(REPOSITORY)} is not what the code says: run make docs and commit it"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_read_and_written_as_it_is(path: Path) -> None:
    # given an example message
    frame = path.read_bytes()

    # when it is taken in and told again
    message = (from_screen if path.name.startswith("screen.") else from_hub)(frame)

    # then nothing is lost
    assert json.loads(encoded(message)) == json.loads(frame)  # type: ignore[arg-type]


def test_every_message_has_an_example_and_a_meaning() -> None:
    # given the messages of both directions
    kinds = {*get_args(FromScreen), *get_args(FromHub)}

    # when the examples are looked through
    shown = {type(message) for message in (*wire_examples.FROM_SCREEN, *wire_examples.FROM_HUB)}

    # then each message is among them, and is described in both languages
    assert shown == kinds
    assert set(wire_pages.MEANINGS) == {kind.__struct_config__.tag for kind in kinds}
    assert set(wire_pages.SHOWN) == set(get_args(ViewKey))


def test_the_camera_of_the_examples_can_be_shown() -> None:
    # given the camera of the examples
    # when the hub checks it
    # then it takes it
    checked_value("camera", bytes(wire_examples.CAMERA))


def test_the_types_for_browsers_name_every_field_once() -> None:
    # given the types for TypeScript
    text = wire_pages.typescript()

    # when a message and a row are looked up
    shown = text.split("export interface Shown {")[1].split("}")[0]
    row = text.split("export type ReadingRow = ")[1].split(";")[0]

    # then their fields are there with their types, whole from a hub, with defaults left out from a screen
    fields = ["type", *(field.encode_name for field in msgspec.structs.fields(Shown))]
    assert [line.split(":")[0].strip() for line in shown.strip().splitlines()] == [
        f"readonly {name}" for name in fields
    ]
    assert row.startswith("readonly [index: number, value: number | null, ")
    assert "readonly if_seq?: number | null;" in text

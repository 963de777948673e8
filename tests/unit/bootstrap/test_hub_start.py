"""sanping.bootstrap.hub: how a hub begins."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.plain_history import PlainHistory
from fakes.small_hub import write_twin
from sanping.bootstrap.hub import HubOptions, run_hub
from sanping.domain.errors import ProjectInvalid, StoreFailed
from sanping.domain.text import Text
from sanping.hub.folder import opened


class OpenedHistory(PlainHistory):
    """A history that remembers that it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def test_a_twin_that_is_broken_leaves_no_history_open_and_the_folder_free(tmp_path: Path) -> None:
    # given a twin that cannot be read, and a history that is opened while the twin is read
    twin, data = write_twin(tmp_path / "town", {}), tmp_path / "data"
    (twin / "twin.toml").write_text("title = 3", encoding="utf-8")
    history = OpenedHistory()
    said: list[str] = []

    # when its hub is started
    with pytest.raises(ProjectInvalid):
        run_hub(HubOptions(twin=twin, data=data), said.append, lambda _: history)

    # then nobody was told an address, and the next hub can have both
    assert said == []
    assert history.is_closed
    assert gc.isenabled()
    opened(data).close()


def test_a_history_that_cannot_be_opened_is_the_reason_given(tmp_path: Path) -> None:
    # given a folder whose history is unusable
    def failing(_: Path) -> PlainHistory:
        raise StoreFailed(Text("磁盘坏了", "the disk is broken"))

    # when a hub is started on it, then it says so and gives the folder back
    with pytest.raises(StoreFailed, match="磁盘坏了"):
        run_hub(HubOptions(twin=write_twin(tmp_path / "town", {}), data=tmp_path / "data"), print, failing)
    opened(tmp_path / "data").close()


def test_a_folder_without_a_twin_gets_no_data_folder(tmp_path: Path) -> None:
    # given a folder that is no twin, when a hub is started on it, then it is refused and nothing was made
    with pytest.raises(ProjectInvalid, match=r"twin\.toml"):
        run_hub(HubOptions(twin=tmp_path, data=tmp_path / "data"), print)
    assert not (tmp_path / "data").exists()


def test_a_hub_starts_without_what_only_some_need() -> None:
    # given a hub without other sites, windows or a server of databases
    rare = ("nats", "psycopg", "PySide6", "vtkmodules", "sanping.bootstrap.opener", "sanping.formats.outgoing.tables")
    question = f"import sys, sanping.bootstrap.hub; print([name for name in {rare} if name in sys.modules])"

    # when its program is loaded
    loaded = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True, timeout=120)

    # then it has not waited for any of that
    assert loaded.stdout.strip() == "[]"

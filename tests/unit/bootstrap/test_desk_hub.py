"""sanping.bootstrap.desk_hub: a hub of one's own, a named one, or none."""

import sys
from pathlib import Path

import pytest

from fakes.small_hub import write_twin
from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.client.hub_process import HubProcess
from sanping.domain.errors import HubUnreachable, InputError
from sanping.formats.project import load_project
from sanping.settings import paths
from sanping.twin.project import TwinProject

ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture
def town(tmp_path: Path) -> TwinProject:
    return load_project(write_twin(tmp_path / "town", {"gauges": 9000}))


@pytest.fixture
def models(tmp_path: Path) -> TwinProject:
    folder = write_twin(tmp_path / "models", {})
    text = (folder / "twin.toml").read_text(encoding="utf-8").partition("[live]")[0]
    (folder / "twin.toml").write_text(text, encoding="utf-8")
    return load_project(folder)


def test_a_twin_with_stations_has_a_hub_of_its_own_and_one_of_models_alone_has_none(
    town: TwinProject, models: TwinProject
) -> None:
    # given no word about a hub
    hub_of = hubs(HubChoice(scenario="flood"), town)

    # when the hubs of two twins are asked for
    own, none = hub_of(town), hub_of(models)

    # then the first is a process that is not started yet, and the second is nothing
    assert isinstance(own, HubProcess)
    assert own.process_number is None
    with pytest.raises(HubUnreachable):
        own.where()
    assert own._command[:4] == (sys.executable, "-m", "sanping", "hub")
    assert own._command[-2:] == ("--scenario", "flood")
    assert none is None


def test_with_no_hub_wanted_none_is_given(town: TwinProject) -> None:
    # given a desk that is to be alone, even with an address, when its hub is asked for, then there is none
    assert hubs(HubChoice(is_wanted=False, address=ADDRESS), town)(town) is None


def test_a_named_hub_belongs_to_the_first_twin_only(town: TwinProject, models: TwinProject) -> None:
    # given a named hub with its token
    hub_of = hubs(HubChoice(address=f"{ADDRESS}/", token="secret"), town)

    # when it is asked for, then the first twin has it, and the next one does not
    known = hub_of(town)
    assert known is not None
    assert known.where() == (ADDRESS, "secret")
    assert hub_of(models) is None


def test_the_token_of_a_hub_of_this_person_is_found(town: TwinProject) -> None:
    # given a hub of this twin on this machine
    data = paths.hub_folder(town.folder)
    data.mkdir(parents=True)
    (data / "address.json").write_text(f'{{"address": "{ADDRESS}", "process": 1}}', encoding="utf-8")
    (data / "token").write_text("own\n", encoding="ascii")

    # when it is named without a token, and when another one is
    known = hubs(HubChoice(address=ADDRESS), town)(town)
    with pytest.raises(InputError) as refused:
        hubs(HubChoice(address="http://10.1.2.3:8765"), town)

    # then its own token is used, and the other is refused with what to do
    assert known is not None
    assert known.where() == (ADDRESS, "own")
    assert "SANPING_HUB_TOKEN" in refused.value.message.zh
    assert "SANPING_HUB_TOKEN" in refused.value.message.en


@pytest.mark.parametrize("address", ["127.0.0.1:8765", "ftp://hub", "http://"])
def test_an_address_that_is_none_is_refused(town: TwinProject, address: str) -> None:
    # given an address that is not one of a hub, when the desk is to use it, then it says how to write it
    with pytest.raises(InputError, match="http://主机:端口"):
        hubs(HubChoice(address=address, token="secret"), town)

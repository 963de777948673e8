"""What every installed adapter promises: manifest, files, and a trial with a real hub, its simulator and bad input."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from fakes.real_broker import running_broker
from fakes.real_postgres import prepare_trial, programs, running_postgres
from sanping.bootstrap.adapters import known_adapters
from sanping.bootstrap.conformance.examination import LIVE, examined
from sanping.bootstrap.conformance.finding import Finding
from sanping.bootstrap.conformance.live import (
    BAD_INPUT,
    GOES,
    RETURNS,
    SECRETS,
    STARTS,
    TESTS_BAD,
    TESTS_GOOD,
    UNKNOWN,
    VALUES,
)

NAMES = [adapter.name for adapter in known_adapters()[0]]
OF_THE_TRIAL = (STARTS, VALUES, TESTS_GOOD, TESTS_BAD, UNKNOWN, BAD_INPUT, GOES, RETURNS, SECRETS)


@contextmanager
def services(folder: Path) -> Iterator[dict[str, int]]:
    """Start the services that adapters need, as far as they are installed, and give their ports."""
    ports: dict[str, int] = {}
    with ExitStack() as stack:
        if shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists():
            (folder / "broker").mkdir()
            ports["mqtt"] = stack.enter_context(contextmanager(running_broker)(folder / "broker")).port
        if programs() is not None:
            server = stack.enter_context(contextmanager(running_postgres)())
            prepare_trial(server)
            ports["sql"] = server.port
        yield ports


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    with services(tmp_path_factory.mktemp("services")) as ports:
        return examined(NAMES, ports)


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_keeps_what_all_adapters_promise(findings: list[Finding], name: str) -> None:
    # given every finding of a trial with a hub, its far end, and services where they are installed
    own = [finding for finding in findings if finding.adapter == name]

    # when those that fall short are picked
    short = [f"{finding.check.en}: {finding.why.en}" for finding in own if finding.is_met is False]

    # then there is none, and it was tried with a hub
    assert short == []
    untried = [finding.why.en for finding in own if finding.check == LIVE]
    if untried:
        pytest.skip(untried[0])
    assert len(own) >= 15


def test_every_check_was_met_by_someone(findings: list[Finding]) -> None:
    # given all findings
    # when the checks that were met are gathered
    met = {finding.check.en for finding in findings if finding.is_met}

    # then none of the trial's is missing: nothing passes by never being tried
    assert {check.en for check in OF_THE_TRIAL} <= met

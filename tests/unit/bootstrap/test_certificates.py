"""An administrator makes certificates and lets people log in, on the command line."""

import io
from pathlib import Path

import pytest

from fakes.small_hub import write_twin
from sanping.bootstrap.certificates import forget_user, keep_user, make_site_certificates, users_of
from sanping.cli.site import CERTS, USERS
from sanping.domain.errors import InputError
from sanping.hub.site_certificates import known_certificates
from sanping.settings import paths

PASSWORD = "Su-he 2026 sanping"


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    return write_twin(tmp_path / "twin", {})


def test_certificates_carry_this_machine_and_what_was_named(twin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given a machine without certificates
    # when they are made on the command line, for one more name
    status = CERTS.run(names=("twin.example",))
    said = capsys.readouterr().out

    # then they lie where the hub looks, and the person reads the fingerprint to compare
    known = known_certificates(paths.certificates_folder())
    assert status == 0
    assert known is not None
    assert known.fingerprint in said
    assert {"twin.example", "localhost", "127.0.0.1"} <= set(known.names)
    assert make_site_certificates(("other.example",)).fingerprint == known.fingerprint


def test_people_are_added_listed_and_removed(
    twin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a password on standard input
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    add, listing, remove = (command.run for command in USERS.commands)

    # when a person is added, listed and removed
    add("李工", twin, role="duty_officer")
    listing(twin)
    said = capsys.readouterr().out
    known = users_of(twin, None)
    remove("李工", twin)

    # then nobody ever sees the password, and in the end nobody is left
    assert "李工" in said
    assert "duty_officer" in said
    assert PASSWORD not in said
    assert PASSWORD not in known[0].password
    assert users_of(twin, None) == []


def test_weak_passwords_nameless_and_unknown_people_are_refused(twin: Path) -> None:
    # given a twin whose hub knows nobody
    # when somebody has a weak password, no name, or is to be forgotten
    # then each is refused with what to do
    with pytest.raises(InputError, match="10"):
        keep_user(twin, None, "li", "operator", "short")
    with pytest.raises(InputError, match="40"):
        keep_user(twin, None, "  ", "operator", PASSWORD)
    with pytest.raises(InputError, match="li"):
        forget_user(twin, None, "li")

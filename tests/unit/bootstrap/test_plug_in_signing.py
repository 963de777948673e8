"""`bootstrap.plug_in_signing`, `cli.plug_ins`: a plug-in is signed, its key trusted, and nothing else is loaded."""

from importlib.metadata import distribution
from pathlib import Path

import pytest

from sanping.bootstrap.foreign_code import code_of, judge_of
from sanping.cli import plug_ins
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.allowed_code import SIGNATURE_FILE
from sanping.settings.settings import load_settings

PACKAGE = "weir-signed"


class Shelf:
    """An installed package and the settings of one person."""

    def __init__(self, folder: Path) -> None:
        self.package, self.about = folder / "weirsigned", folder / "weir_signed-1.2.0.dist-info"
        for one in (self.package, self.about):
            one.mkdir(parents=True)
        self.code = self.package / "__init__.py"
        self.code.write_text("raise SystemExit\n", encoding="utf-8")
        (self.about / "entry_points.txt").write_text("[sanping.tools]\nring = weirsigned:Ring\n", encoding="utf-8")
        self.say_version("1.2.0")
        self.key = folder / "city.pem"

    def say_version(self, version: str) -> None:
        words = f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n"
        (self.about / "METADATA").write_text(words, encoding="utf-8")

    def refusal(self) -> Text | None:
        """Return why the tool is not loaded at the next start."""
        [entry] = distribution(PACKAGE).entry_points
        assert code_of(entry) is not None
        return judge_of(load_settings(paths.settings_file()))(entry)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shelf:
    """A package that was signed with a key that is trusted, and allowed by its signature."""
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    made = Shelf(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    plug_ins.make_key(made.key)
    public = capsys.readouterr().out.rsplit(" ", 1)[-1].strip()
    plug_ins.sign_package(PACKAGE, made.key)
    plug_ins.trust_key("city", public)
    plug_ins.allow(PACKAGE, signed_by="city")
    return made


def test_what_a_trusted_key_signed_is_loaded_and_a_later_version_of_it_too(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a signed package
    assert shelf.refusal() is None
    assert shelf.key.stat().st_mode & 0o077 == 0
    capsys.readouterr()

    # when its publisher changes it, and signs it as 1.3.0
    shelf.code.write_text("raise SystemExit(1)\n", encoding="utf-8")
    shelf.say_version("1.3.0")
    plug_ins.sign_package(PACKAGE, shelf.key)

    # then it is loaded without another leave
    assert shelf.refusal() is None
    assert plug_ins.verify(PACKAGE) == 0
    assert "city" in capsys.readouterr().out


def test_unsigned_tampered_downgraded_and_forged_packages_are_refused_with_the_reason(
    shelf: Shelf, tmp_path: Path
) -> None:
    # given a signed package, and what it was
    signature, code = shelf.package / SIGNATURE_FILE, shelf.code.read_bytes()
    good, reasons = signature.read_bytes(), []

    # when it is unsigned, one byte of code or of its signature differs, its version is only claimed, an old version
    # comes with its own good signature, somebody else signs it, and its key is trusted no more
    def refused() -> None:
        found = shelf.refusal()
        assert found is not None
        assert plug_ins.verify(PACKAGE) == (0 if "older" in found.en else 1)
        reasons.append(found.en)

    signature.unlink()
    refused()
    signature.write_bytes(good)
    shelf.code.write_bytes(code[:-2] + b"2\n")
    refused()
    shelf.code.write_bytes(code)
    signature.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    refused()
    signature.write_bytes(good)
    shelf.say_version("1.9.0")
    refused()
    shelf.say_version("1.1.0")
    plug_ins.sign_package(PACKAGE, shelf.key)
    refused()
    shelf.say_version("1.2.0")
    plug_ins.make_key(tmp_path / "other.pem")
    plug_ins.sign_package(PACKAGE, tmp_path / "other.pem")
    refused()
    signature.write_bytes(good)
    assert shelf.refusal() is None
    plug_ins.distrust_key("city")
    refused()

    # then each is refused, and says why
    told = ("there is no signature", "does not fit", "does not fit", "does not fit", "older than 1.2.0",
            "does not fit", "is not trusted")  # fmt: skip
    assert [word in reason for word, reason in zip(told, reasons, strict=True)] == [True] * len(told), reasons


def test_keys_and_packages_that_cannot_be_used_are_refused_with_the_reason(shelf: Shelf, tmp_path: Path) -> None:
    # given what cannot be
    (tmp_path / "text.pem").write_text("no key", encoding="utf-8")

    # when keys are trusted, made and used
    for wrong in (
        lambda: plug_ins.trust_key("city", "short"),
        lambda: plug_ins.trust_key("a b", "A" * 43 + "="),
        lambda: plug_ins.distrust_key("nobody"),
        lambda: plug_ins.make_key(shelf.key),
        lambda: plug_ins.sign_package(PACKAGE, tmp_path / "text.pem"),
        lambda: plug_ins.sign_package("no-such-package", shelf.key),
        lambda: plug_ins.allow(PACKAGE, signed_by="nobody"),
    ):
        # then each says no, and what was there stays
        with pytest.raises(InputError):
            wrong()
    assert shelf.refusal() is None

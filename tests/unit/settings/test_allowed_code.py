"""Code of other packages: none is loaded unless it was allowed, and then only as it was."""

import hashlib
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from sanping.bootstrap.foreign_code import code_of, digest_of, judge_of, pinned
from sanping.settings.allowed_code import (
    ForeignCode,
    Rule,
    keys_of,
    refusal,
    rules_of,
    setting_of,
    with_rule,
    without_rule,
)
from sanping.settings.settings import Settings

DIGEST = hashlib.sha256(b"weir").hexdigest()


def weir(version: str = "1.2.0", digest: str = DIGEST) -> ForeignCode:
    return ForeignCode(name="ring", distribution="weir-tools", version=version, digest=lambda: digest)


def test_unknown_tampered_and_downgraded_code_is_refused_and_the_allowed_one_is_not() -> None:
    # given a package that was allowed as it was
    rules = rules_of(f"other, weir-tools==1.2.0#{DIGEST[:32]}")

    # when it is as it was, not allowed at all, one byte different, or an older version
    found = [
        refusal(rules, weir()),
        refusal((), weir()),
        refusal(rules, weir(digest=hashlib.sha256(b"wei r").hexdigest())),
        refusal(rules, weir(version="1.1.9")),
    ]

    # then only the first is loaded, and the others say what to do
    assert found[0] is None
    assert [
        word
        for word, why in zip(
            ("sanping plug-ins allow weir-tools", "are not those that were allowed", "1.1.9"), found[1:], strict=True
        )
        if why is not None and word in why.en
    ] == ["sanping plug-ins allow weir-tools", "are not those that were allowed", "1.1.9"]


@pytest.mark.parametrize(
    "setting", ["", "weir", "weir-tools==2.0", "weir-tools#zzzz", "weir-tools==1.2.0#0000000000", ";"]
)
def test_a_setting_that_does_not_name_it_allows_nothing(setting: str) -> None:
    # given a setting

    # when the package is judged
    found = refusal(rules_of(setting), weir())

    # then it is refused
    assert found is not None


@pytest.mark.parametrize(
    ("version", "is_newer"),
    [("1.2.0", True), ("1.2", True), ("1.10.0", True), ("2.0+city", True), ("1.2.0rc1", False), ("1.1.9", False),
     ("0.9", False), ("x", False)],
)  # fmt: skip
def test_a_signed_package_may_be_newer_and_never_older(version: str, is_newer: bool) -> None:
    # given a rule for what a key signs from 1.2.0 on
    rules, keys = rules_of("weir-tools>=1.2.0@city"), {"city": "A" * 43 + "="}
    assert str(rules[0]) == "weir-tools>=1.2.0@city"
    code = ForeignCode(
        name="ring", distribution="weir-tools", version=version, digest=lambda: DIGEST, signature_fault=lambda _: None
    )

    # when a version that the key has signed is judged
    found = refusal(rules, code, keys)

    # then an older one is refused although the signature is good, and none is loaded whose key is not trusted
    assert (found is None) == is_newer
    assert found is None or "older than 1.2.0" in found.en
    stranger = refusal(rules, code)
    assert stranger is not None
    assert "trust-key city" in stranger.en


def test_keys_are_read_as_they_are_written() -> None:
    keys = {"city": "A" * 43 + "=", "county-2": "b" * 43 + "="}
    assert keys_of(setting_of(keys)) == keys
    assert keys_of("city:short, :x, city") == {}


def test_rules_are_replaced_by_name_and_taken_away() -> None:
    # given two rules
    rules = rules_of("a==1, b")

    # when one is renewed and the other removed
    renewed = with_rule(rules, Rule(name="a", version="2", digest="0" * 32))

    # then the setting says so
    assert renewed == f"b, a==2#{'0' * 32}"
    assert without_rule(rules_of(renewed), {"b"}) == f"a==2#{'0' * 32}"


def test_one_byte_of_any_file_changes_the_digest_and_our_own_code_needs_no_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given an installed package whose code was allowed
    package, about = tmp_path / "weirtools", tmp_path / "weir_tools-1.2.0.dist-info"
    for folder in (package / "data", about):
        folder.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit\n", encoding="utf-8")
    (package / "data" / "table.csv").write_text("a\n", encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: weir-tools\nVersion: 1.2.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sanping.tools]\nring = weirtools:Ring\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    [entry] = [one for one in distribution("weir-tools").entry_points if one.name == "ring"]
    code = code_of(entry)
    assert code is not None
    judged = judge_of(Settings(plug_ins_allowed=str(pinned(code))))
    assert judged(entry) is None

    # when one byte of its data changes
    (package / "data" / "table.csv").write_text("b\n", encoding="utf-8")

    # then it is loaded no more; nothing was imported to find out
    why = judged(entry)
    assert why is not None
    assert "are not those that were allowed" in why.en
    assert "weirtools" not in sys.modules
    assert digest_of("no_such_package:X") == "0" * 64
    own = next(one for one in distribution("sanping").entry_points if one.name == "hj212")
    assert judge_of(Settings(plug_ins_allowed=""))(own) is None

"""Where what people add to a twin is kept."""

import os
from pathlib import Path

import pytest

from sanping.settings import paths


def test_additions_lie_in_the_twin_or_with_the_person_where_the_twin_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two twins of one name in different places, of which neither can be written at first
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    twins = [tmp_path / place / "suhe" for place in ("a", "b")]
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    # when their folders are asked for, then each has its own in the person's data, and a writable twin its own folder
    first, second = (paths.twin_notes_folder(twin) for twin in twins)
    assert first != second
    assert first.parent == second.parent == tmp_path / "home" / "data" / "twins"
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    assert paths.twin_notes_folder(twins[0]) == twins[0]

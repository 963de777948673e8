"""The repository can be used anywhere: no registry hosts, no paths of one machine, words of make that exist."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from architecture.source_tree import REPOSITORY, tracked_files

# Written in pieces, so that this file does not find itself.
HOSTS = re.compile(
    "|".join(
        re.escape(left) + re.escape(right)
        for left, right in [
            ("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npmjs", ".org"), ("registry.yarnpkg", ".com"),
            ("deb.debian", ".org"), ("security.debian", ".org"), ("snapshot.debian", ".org"), ("static.crates", ".io"),
            ("proxy.golang", ".org"), ("repo.maven.apache", ".org"), ("tuna.tsinghua", ".edu"),
            ("mirrors.aliyun", ".com"),
        ]
    )
)  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w./~$}-])/(?:work|farm|root|home|Users|opt)/[A-Za-z.]")
LOCK = REPOSITORY / "installer" / "lock.txt"


def words_of(path: Path) -> str | None:
    """Return the text of a file, or None when it is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def found_in(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [f"{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}" for hit in pattern.finditer(text)]


@pytest.mark.parametrize("pattern", [HOSTS, MACHINE_PATHS], ids=["registry host", "path of a machine"])
def test_no_file_names_a(pattern: re.Pattern[str]) -> None:
    # given every text file of the repository

    # when hosts of registries or absolute paths of some machine are sought
    found = [
        f"{path.relative_to(REPOSITORY)}:{hit}"
        for path in tracked_files()
        if (text := words_of(path)) is not None
        for hit in found_in(text, pattern)
    ]

    # then there are none
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOSTS, "index-url = https://files." + "pythonhosted" + ".org/x"),
        (MACHINE_PATHS, "path = '" + "/wo" + "rk/shared/data'"),
        (MACHINE_PATHS, "cd " + "/ro" + "ot/project"),
    ],
)
def test_a_planted_address_is_found(pattern: re.Pattern[str], text: str) -> None:
    # given a text with an address in it

    # when it is sought
    found = found_in(f"first line\n{text}", pattern)

    # then it is found on its line
    assert len(found) == 1
    assert found[0].startswith("2: ")


def test_every_locked_package_has_hashes_and_no_address() -> None:
    # given the lock
    text = LOCK.read_text("utf-8")

    # when its entries are read
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    packages = [entry for entry in entries if re.match(r"[A-Za-z0-9._-]+==", entry)]
    bare = [entry.split()[0] for entry in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]

    # then each carries hashes, and nothing says where to fetch from
    assert len(packages) > 50
    assert not bare
    assert not re.search(r"://|--index-url|--extra-index-url|--find-links|--trusted-host", text)


def test_the_lock_holds_every_declared_dependency() -> None:
    # given what pyproject.toml asks for
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {normalised(re.split(r"[<>=!~;\[ ]", line)[0]) for line in asked}

    # when the lock is read
    locked = {normalised(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text("utf-8"), re.M)}

    # then nothing is missing: `make lock` renews it
    assert not names - locked


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def make_words() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))


def test_the_makefile_has_every_word_and_help_lists_it() -> None:
    # given the words that a person may wish for
    words = {"run", "test", "check", "bench", "docs", "build", "setup-debian", "help"}

    # when make is asked for help
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True
    ).stdout

    # then each word is a target and is explained
    assert words <= make_words()
    assert words <= set(re.findall(r"make ([a-z-]+)", listed))


def test_shell_scripts_are_clean() -> None:
    # given every shell script
    scripts = [path for path in tracked_files() if path.suffix == ".sh" or path.parts[-2:] == (".ci", "run")]

    # when shellcheck reads them
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, *scripts], capture_output=True, text=True, timeout=120, check=False)

    # then it has nothing to say
    assert len(scripts) >= 4
    assert done.returncode == 0, done.stdout


def test_continuous_integration_runs_what_a_person_runs() -> None:
    # given the script of continuous integration
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")

    # when it is read

    # then it calls make test and nothing else decides
    assert "exec make test" in script

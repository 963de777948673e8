"""Whoever follows the documentation arrives: its links, their anchors, the commands it quotes, the files it names."""

import re
from functools import cache
from pathlib import Path

import cyclopts
import pytest
from cyclopts import CycloptsError

from architecture.quoted_commands import Quoted, code_of, quoted_commands
from architecture.source_tree import REPOSITORY, tracked_files

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.S | re.M)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)
OWN_FILE = re.compile(r"(?<![\w./~-])(?:benchmarks|docs|installer|tests|assets|cim_models|app)/[\w./-]*\w/?")
SETTING = re.compile(r"\bSANPING_[A-Z_]+\b")


def pages() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def guides() -> list[Path]:
    """Return the pages that speak of the program as it is; the changelog speaks of what it was."""
    return [path for path in pages() if path.name != "CHANGELOG.md"]


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as the viewers of repositories make them."""
    found: list[str] = []
    for title in HEADING.findall(FENCE.sub("", page.read_text("utf-8"))):
        words = re.sub(r"[`*]|!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return frozenset(found)


def broken_links(page: Path, text: str) -> list[str]:
    """Return the relative links of a page that lead to no file, or to no heading of it."""
    found = []
    for target in LINK.findall(FENCE.sub("", text)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            found.append(target)
    return found


@cache
def program() -> cyclopts.App:
    from sanping.cli.application import COMMANDS
    from sanping.cli.program import build_app

    return build_app(COMMANDS, "en")


@cache
def words_without_others() -> frozenset[str]:
    """Return the words of the command line that have no words of their own."""
    from sanping.cli.application import COMMANDS
    from sanping.cli.declared import Command

    return frozenset(command.name for command in COMMANDS if isinstance(command, Command))


@cache
def make_words() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))


@cache
def refused(command: Quoted) -> str:
    """Return why a command would not be understood, "" when it would; a word of a sentence may lack arguments."""
    if command.program == "make":
        words = [word for word in command.words if "=" not in word and not word.startswith("-")]
        return " ".join(word for word in words if re.fullmatch(r"[a-z-]+", word) and word not in make_words())
    words = [word.strip("[]") for word in command.words if word not in ("…", "[…]", "...")]
    if (
        not command.is_whole
        and words
        and words[0] in words_without_others()
        and not any(word[0] == "-" for word in words)
    ):
        return ""
    try:
        program().parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        is_missing = isinstance(error, (cyclopts.MissingArgumentError, cyclopts.CoercionError))
        return "" if is_missing and not command.is_whole else str(error)
    return ""


def unknown_commands(text: str) -> list[str]:
    found = [(command, refused(command)) for command in dict.fromkeys(quoted_commands(text))]
    return [f"{command.program} {' '.join(command.words)}: {why}" for command, why in found if why]


def missing_files(text: str) -> list[str]:
    """Return the paths within the repository that a page names in code and that are not there."""
    named = {name for code in code_of(text) if "*" not in code for name in OWN_FILE.findall(code)}
    return sorted(name for name in named if not (REPOSITORY / name).exists())


def test_every_link_leads_somewhere() -> None:
    # given the pages of the repository

    # when their relative links are followed
    found = [
        f"{page.relative_to(REPOSITORY)} -> {target}"
        for page in pages()
        for target in broken_links(page, page.read_text("utf-8"))
    ]

    # then each file is there, and so is each heading
    assert not found, "\n".join(["", *found])


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    # given a page with good links, one to no file, one to no heading and one in an example
    page = tmp_path / "page.md"
    text = (
        "# 一、启动 · Start\n[here](#一启动--start) [there](other.md#two) [gone](none.png) [nowhere](other.md#three)\n"
        "[web](https://example.org)\n```md\n[example](example.md)\n```\n"
    )
    page.write_text(text, encoding="utf-8")
    (tmp_path / "other.md").write_text("## Two\n", encoding="utf-8")

    # when its links are followed
    found = broken_links(page, text)

    # then the broken ones are named
    assert found == ["none.png", "other.md#three"]


def test_every_picture_is_shown_on_a_page_and_every_page_of_the_documentation_is_linked() -> None:
    # given the pictures and pages of the documentation
    kept = {
        path for path in tracked_files() if (REPOSITORY / "docs") in path.parents and path.suffix in (".jpg", ".md")
    }

    # when the links of all pages are followed
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in pages()
        for target in LINK.findall(FENCE.sub("", page.read_text("utf-8")))
    }

    # then nothing lies there that nobody is led to
    assert sorted(str(path.relative_to(REPOSITORY)) for path in kept - linked) == []


def test_every_picture_of_the_documentation_is_made_by_a_script() -> None:
    from take_pictures import FOLDER, parts

    # given the pictures that lie there, and those that the parts of the script take

    # when they are compared
    kept = sorted(path.stem for path in tracked_files() if path.parent == FOLDER)
    taken = sorted(name for _, names in parts().values() for name in names)

    # then each is taken once, and none was left that nothing takes anew
    assert kept == taken


def test_every_command_in_the_documentation_is_understood() -> None:
    # given the pages of the repository

    # when the commands they quote are given to the parser of the command line, and to the Makefile
    found = [
        f"{page.relative_to(REPOSITORY)}: {words}"
        for page in pages()
        if page.name != "commands.md"  # written from the command line itself
        for words in unknown_commands(page.read_text("utf-8"))
    ]

    # then nobody is sent to a command or an option that is not there
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`make coffee`", ["make coffee"]),
        ("```sh\nsudo make run TWIN=x\nsanping fly\n```", ["sanping fly"]),
        ("`sanping hub --colour`", ["sanping hub --colour"]),
        ("```sh\nsanping pack\n```", ["sanping pack"]),
        ("```sh\n.venv/bin/sanping hub --port many &\n```", ["sanping hub --port many"]),
        ("`sanping pack`, `sanping users add`, `sanping hub --keep-days N`, `sanping plug-ins`", []),
        ("```sh\nsanping hub [TWIN] [--port 8765]   # a hub\nsanping wall --hub … && make run\n```", []),
    ],
)
def test_a_command_that_is_not_there_is_found(text: str, expected: list[str]) -> None:
    # given a page that promises too much, or just enough

    # when its commands are looked up
    found = unknown_commands(text)

    # then those that nobody offers are named
    assert [line.partition(": ")[0] for line in found] == expected


def test_every_file_that_a_guide_names_is_there() -> None:
    found = [
        f"{page.relative_to(REPOSITORY)}: {name}"
        for page in guides()
        for name in missing_files(page.read_text("utf-8"))
    ]

    assert not found, "\n".join(["", *found])


def test_a_file_that_is_not_there_is_found() -> None:
    assert missing_files("`docs/generate.py`, `benchmarks/none.py`, `tests/*.py`") == ["benchmarks/none.py"]


def test_every_environment_variable_that_a_guide_names_is_read_somewhere() -> None:
    # given the settings, and the source
    from sanping.settings.settings import Settings

    known = {f"SANPING_{name.upper()}" for name in Settings.model_fields}
    for path in tracked_files():
        if path.suffix in (".py", ".ts", ".sh", ".toml") and path.relative_to(REPOSITORY).parts[0] in ("app", "assets"):
            known |= set(SETTING.findall(path.read_text("utf-8")))
    for page in guides():
        known |= set(re.findall(rf"env:({SETTING.pattern})", page.read_text("utf-8")))  # a name that a person chose

    # when the guides name one
    found = [
        f"{page.relative_to(REPOSITORY)}: {name}"
        for page in guides()
        for name in sorted(set(SETTING.findall(page.read_text("utf-8"))) - known)
    ]

    # then it is one of them
    assert not found, "\n".join(["", *found])

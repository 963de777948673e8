"""Every word a person reads exists in both languages: texts are whole, and windows hold no raw strings."""

import ast
import re
from collections.abc import Iterable, Iterator
from string import Formatter

import pytest

from architecture.source_tree import Source, calls, package_sources, sources

SHOWING = re.compile(
    r"(^|\.)(set(Text|PlainText|Html|Markdown|WindowTitle|ToolTip|StatusTip|WhatsThis|PlaceholderText|Title|LabelText"
    r"|InformativeText|DetailedText|CancelButtonText|HeaderLabels|HorizontalHeaderLabels|AccessibleName"
    r"|AccessibleDescription|ApplicationDisplayName|Suffix|Prefix|SpecialValueText|TabText|ItemText)"
    r"|showMessage|showText|addAction|addMenu|addTab|addItem|addItems|addRow|addButton|setLabels?"
    r"|Q(Label|PushButton|ToolButton|Action|Menu|GroupBox|CheckBox|RadioButton|DockWidget|LineEdit|MessageBox"
    r"|ProgressDialog|CommandLinkButton|ListWidgetItem|TreeWidgetItem|TableWidgetItem|StandardItem)"
    r"|getOpenFileNames?|getSaveFileName|getExistingDirectory|getText|information|warning|critical|question|drawText)$"
)
LETTERS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
UNITS = {"ms", "km", "px", "dB", "Hz", "fps", "GB", "MB"}
FORMATTING = re.compile(r"<[^>]*>|&[a-z]+;|:/?[\w/.-]+\.(svg|png)")


def raw_words(files: Iterable[Source]) -> list[str]:
    """Return the literals with letters that are shown without passing through a `Text`."""
    return [
        f"{source.path}:{literal.lineno} {name}({literal.value!r})"
        for source in files
        for name, call in calls(source.tree)
        if SHOWING.search(name)
        for argument in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("text", "title"))]
        for literal in literals(argument)
        if LETTERS.search(FORMATTING.sub(" ", literal.value)) and literal.value.strip() not in UNITS
    ]


def literals(argument: ast.expr) -> Iterator[ast.Constant]:
    """Yield the strings that an argument shows as they stand: plain, joined, in f-strings and lists, not in calls."""
    match argument:
        case ast.Constant(value=str()):
            yield argument
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from literals(part)
        case ast.BinOp(left=left, right=right):
            yield from literals(left)
            yield from literals(right)
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body)
            yield from literals(other)


def unequal_texts(files: Iterable[Source]) -> list[str]:
    """Return the `Text(…)` that lack a language or carry different placeholders."""
    return [
        f"{source.path}:{call.lineno} {trouble}"
        for source in files
        for name, call in calls(source.tree)
        if name == "Text" and (trouble := text_trouble(call))
    ]


def text_trouble(call: ast.Call) -> str:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if len(given) != 2:
        return "needs both languages"
    words = [argument.value for argument in given if isinstance(argument, ast.Constant)]
    if words == ["", ""]:
        return ""  # nothing is said, in both
    if any(not isinstance(word, str) or not word.strip() for word in words):
        return "has an empty language"
    if len(words) == 2 and placeholders(words[0]) != placeholders(words[1]):
        return f"fills different values: {words}"
    return ""


def placeholders(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_windows_show_no_raw_words() -> None:
    # given the rooms that show something to a person
    files = sources("app/sanping/ui/")

    # when literals are sought where words are shown
    found = raw_words(files)

    # then every word comes from a Text
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Height")',
        'label = QLabel("高度", parent)',
        'window.setWindowTitle(f"三屏 {name}")',
        'menu.addAction(icon, "Open " + name)',
        'box.setToolTip("on" if is_on else "off")',
        'table.setHorizontalHeaderLabels(["id", "class"])',
    ],
)
def test_a_raw_word_is_found(line: str) -> None:
    # given a panel that shows a literal
    panel = Source(path="app/sanping/ui/panel.py", text=line)

    # when literals are sought
    found = raw_words([panel])

    # then it is named
    assert found
    assert found[0].startswith("app/sanping/ui/panel.py:1")


@pytest.mark.parametrize(
    "line",
    [
        'label.setText(title.in_language("zh"))',
        'label.setText("—")',
        'box.setSuffix(" ms")',
        'label.setText(f"{number} / {count}")',
    ],
)
def test_signs_units_and_texts_are_no_raw_words(line: str) -> None:
    # given a panel that shows a Text, a sign or a unit
    panel = Source(path="app/sanping/ui/panel.py", text=line)

    # when literals are sought
    found = raw_words([panel])

    # then nothing is wrong
    assert not found, "\n".join(["", *map(str, found)])


def test_every_text_has_both_languages_and_the_same_values() -> None:
    # given the package
    files = package_sources()

    # when its texts are read
    found = unequal_texts(files)

    # then each is whole
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize(
    "line", ['Text("高度", "")', 'Text("缺 {name}", "missing {file}")', 'Text("高度")', 'Text(zh=" ", en="height")']
)
def test_a_text_that_is_not_whole_is_found(line: str) -> None:
    # given a text with half of it missing or different
    file = Source(path="app/sanping/domain/some.py", text=line)

    # when the texts are read
    found = unequal_texts([file])

    # then it is named
    assert len(found) == 1


def test_every_action_has_both_languages_and_keys_of_its_own() -> None:
    # given the actions of the desk
    from sanping.commands.desk_actions import ACTIONS

    # when their titles and keys are gathered
    halves = [half for action in ACTIONS.values() for half in (action.title.zh, action.title.en, action.group.zh)]
    keys = [(action.where, key) for action in ACTIONS.values() for key in action.keys]

    # then no title is empty and no key does two things
    assert all(half.strip() for half in halves)
    assert len(keys) == len(set(keys))

"""Nothing reads foreign data in a way that can run code: no pickle, no YAML loader, no eval."""

import ast
from collections.abc import Iterable

import pytest

from architecture.source_tree import Source, calls, sources

FORBIDDEN = {
    "pickle.load", "pickle.loads", "pickle.Unpickler", "joblib.load", "dill.load", "dill.loads", "marshal.load",
    "marshal.loads", "shelve.open", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "eval", "exec", "os.system",
}  # fmt: skip


def dangerous(files: Iterable[Source]) -> list[str]:
    found = []
    for source in files:
        real = real_names(source.tree)
        found += [
            f"{source.path}:{call.lineno} {name}"
            for name, call in calls(source.tree)
            if full_name(name, real) in FORBIDDEN or reads_pickled_arrays(name, call) or opens_a_shell(call)
        ]
    return found


def real_names(tree: ast.Module) -> dict[str, str]:
    """Return for each imported name what it stands for: `loads` for `pickle.loads`, `p` for `pickle`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
    return found


def full_name(name: str, real: dict[str, str]) -> str:
    """Return a called name with its import undone."""
    first, dot, rest = name.partition(".")
    return f"{real.get(first, first)}{dot}{rest}"


def reads_pickled_arrays(name: str, call: ast.Call) -> bool:
    return name.endswith("load") and keyword_is_true(call, "allow_pickle")


def opens_a_shell(call: ast.Call) -> bool:
    return keyword_is_true(call, "shell")


def keyword_is_true(call: ast.Call, keyword: str) -> bool:
    return any(
        given.arg == keyword and not (isinstance(given.value, ast.Constant) and given.value.value is False)
        for given in call.keywords
    )


def test_nothing_reads_foreign_data_dangerously() -> None:
    # given the package, the benchmarks and the model generators
    files = sources("app/", "benchmarks/", "cim_models/", "docs/")

    # when dangerous calls are sought
    found = dangerous(files)

    # then there are none
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize(
    "text",
    [
        "import pickle\npickle.load(file)",
        "from pickle import loads\nloads(data)",
        "import pickle as p\np.loads(data)",
        "import yaml\nyaml.load(file)",
        "eval(style)",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "import subprocess\nsubprocess.run(line, shell=True)",
    ],
)
def test_a_planted_call_is_found(text: str) -> None:
    # given a file that does it
    planted = Source(path="app/sanping/formats/planted.py", text=text)

    # when dangerous calls are sought
    found = dangerous([planted])

    # then it is named with its line
    assert len(found) == 1
    assert found[0].startswith(f"{planted.path}:")

"""Writes the page of the self-check: each clause of each standard, with where the product answers it."""

from sanping.formats.clause_list import Clause, Words, known_standards, load_clauses

HEAD = """<!-- Written by `make docs` from the lists of clauses; do not edit. -->
# 自查条款 · Clauses of the self-check

每条标准条款在产品里由什么回答，什么留给运维；`sanping selfcheck` 与坐席的“帮助 ▸ 安全与合规自查”再加上本机现在如何。
What answers each clause of a standard, and what is left to the operator; `sanping selfcheck`, and “Self-check…” in the
menu Help of the desk, add how it stands on a machine. 怎么用 how to use it: [安全 security](../how-to/security.md).

它不是测评；条款的话是我们的概括，以标准原文为准。
It is no assessment; the words of the clauses are ours, and the standards themselves count.
"""
SEEN = "●"


def clauses_page() -> str:
    """Return the whole page, the standard of security first."""
    lines = [HEAD.rstrip("\n")]
    for name in sorted(known_standards(), reverse=True):
        standard = load_clauses(name)
        lines += ["", f"## {standard.title.zh} · {standard.title.en}", "", f"`sanping selfcheck --standard {name}`", ""]
        lines += ["| 条款 clause | 产品如何回答 answered by | 留给运维 left to the operator | 在本机核对 looked at |"]
        lines += ["|---|---|---|:-:|", *map(_row, standard.clauses)]
    return "\n".join(lines) + "\n"


def _row(clause: Clause) -> str:
    title = f"**{clause.id}** {clause.title.zh} · {clause.title.en}"
    return f"| {title} | {_both(clause.answer)} | {_both(clause.operator)} | {SEEN if clause.checks else ''} |"


def _both(words: Words) -> str:
    return f"{words.zh}<br>{words.en}" if words.zh else ""

"""Writes the tables that the phone page shares with the rest: quantities, categories, roles, names of states."""

import json
from collections.abc import Iterable, Mapping

from sanping.domain.case import STAGE_TITLES, STATE_TITLES
from sanping.domain.quantity import QUANTITIES
from sanping.domain.report import CATEGORIES, LONGEST_WORDS
from sanping.domain.role import TITLES
from sanping.domain.text import Text
from sanping.formats.governance import load_governance
from sanping.twin.alarms import STATE_NAMES
from sanping.twin.cases.guards import LONGEST_NOTE, MOST_PHOTOS
from sanping.twin.cases.life import TRANSITIONS
from sanping.twin.flood import FLOOD_NAMES, NEAR_WARNING_M
from sanping.twin.water_quality import CLASS_NAMES

_HEAD = "// Written by `make docs` from the Python tables. Do not edit.\n"
_STEP_TYPE = (
    "export interface StepRule extends Words { readonly before: readonly string[]; readonly after: string; "
    "readonly roles: readonly string[]; readonly needs: readonly string[]; readonly guards: readonly string[] }\n"
)
_WORDS = "export interface Words { readonly zh: string; readonly en: string }\n"


def phone_tables() -> str:
    """Return `app/web/src/generated/tables.ts`."""
    quantities = {
        one.code: {**_words(one.title), "unit": one.unit, "decimals": one.decimals, "group": one.group}
        for one in QUANTITIES.values()
    }
    parts = [
        _HEAD + _WORDS,
        "export interface Quantity extends Words { readonly unit: string; readonly decimals: number; "
        "readonly group: string }\n",
        _record("QUANTITIES", "Quantity", quantities),
        _titles("CATEGORIES", CATEGORIES.items()),
        _titles("ROLES", TITLES.items()),
        _titles("CASE_STAGES", STAGE_TITLES.items()),
        _titles("CASE_STATES", STATE_TITLES.items()),
        _titles("CASE_ROLES", ((role, rule.title) for role, rule in load_governance().roles.items())),
        _STEP_TYPE + _record("CASE_STEPS", "StepRule", _steps()),
        _titles("ALARM_STATES", STATE_NAMES.items()),
        _titles("FLOOD_STATES", FLOOD_NAMES.items()),
        _titles("WATER_CLASSES", ((str(number), title) for number, title in CLASS_NAMES.items())),
        f"export const LONGEST_WORDS = {LONGEST_WORDS};\nexport const LONGEST_NOTE = {LONGEST_NOTE};\n"
        f"export const MOST_PHOTOS = {MOST_PHOTOS};\nexport const NEAR_WARNING_M = {NEAR_WARNING_M};\n",
    ]
    return "\n".join(parts)


def _steps() -> dict[str, dict[str, object]]:
    """Return what may follow in the life of a case; `after` is "" where the state stays."""
    return {
        rule.step: {
            **_words(rule.title),
            "before": sorted(rule.before),
            "after": rule.after or "",
            "roles": sorted(rule.roles),
            "needs": list(rule.needs),
            "guards": list(rule.guards),
        }
        for rule in TRANSITIONS.values()
    }


def _words(text: Text) -> dict[str, object]:
    return {"zh": text.zh, "en": text.en}


def _titles(name: str, rows: Iterable[tuple[str, Text]]) -> str:
    return _table(name, {key: _words(title) for key, title in rows}) + "} as const;\n"


def _record(name: str, kind: str, rows: Mapping[str, Mapping[str, object]]) -> str:
    return _table(f"{name}: Readonly<Record<string, {kind}>>", rows) + "};\n"


def _table(head: str, rows: Mapping[str, Mapping[str, object]]) -> str:
    lines = [f"  {json.dumps(key)}: {json.dumps(dict(row), ensure_ascii=False)},\n" for key, row in rows.items()]
    return f"export const {head} = {{\n{''.join(lines)}"

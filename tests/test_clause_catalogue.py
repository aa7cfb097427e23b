"""Every clause that agreements in this field need is in the library, reachable, explained and with its positions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from generator.library import Clause
from tests.warm_library import warm_library

ROOT = Path(__file__).parent.parent
LIBRARY = warm_library()
FIRST_TIER, SECOND_TIER = 99, 27


@cache
def entries() -> tuple[tuple[str, int, bool, tuple[str, ...]], ...]:
    page = (ROOT / "tests" / "clause_catalogue.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z_0-9]+\.[a-z_0-9]+) \| ([12]) \| (yes|no) \| ([^|]+) \|$", page, flags=re.MULTILINE)
    return tuple((e, int(t), ladder == "yes", () if c == "none" else tuple(c.split(", "))) for e, t, ladder, c in rows)


def clause(id: str) -> Clause:
    found = LIBRARY.find(id)
    assert found.value is not None, found.diagnostics
    return found.value


def test_the_page_holds_every_entry_once(record_property: Callable[[str, object], None]) -> None:
    assert len({e for e, _, _, _ in entries()}) == len(entries())
    assert sum(tier == 1 for _, tier, _, _ in entries()) == FIRST_TIER
    assert sum(tier == 2 for _, tier, _, _ in entries()) == SECOND_TIER
    missing = [e for e, _, _, clauses in entries() if not clauses]
    met = {tier: sum(t == tier and bool(c) for _, t, _, c in entries()) for tier in (1, 2)}
    record_property(
        "coverage",
        f"clauses: {met[1]} of {FIRST_TIER} entries of the first tier and {met[2]} of {SECOND_TIER} of the second have "
        f"a clause; without: {', '.join(missing) or 'none'}",
    )


@pytest.mark.parametrize(("entry", "tier", "ladder", "clauses"), entries(), ids=lambda v: v if type(v) is str else "")
def test_an_entry_has_its_clause_with_positions_and_explanation(
    entry: str, tier: int, ladder: bool, clauses: tuple[str, ...]
) -> None:
    assert clauses or tier == 2, f"{entry} has no clause"
    found = [clause(id) for id in clauses]
    for one in found:
        rungs = [p.rung for p in one.positions]
        assert rungs[:1] == ["standard"], one.id
        assert all(p.note for p in one.positions), one.id
        assert one.plain_language_fresh, one.id
        assert one.why_changed, one.id
    if ladder and found:
        assert any(p.rung.startswith("fallback") for c in found for p in c.positions), entry

"""Every rule below the pipeline by its name, for ``agreements explain`` and for the test that none was forgotten."""

from __future__ import annotations

from importlib import import_module

from generator.diagnostics import Rule

__all__ = ["ALL_RULES", "MODULES"]

# The modules that have rules. Adding one is a line here; a test compares this list with the folder.
MODULES = (
    "generator.reading.source_text",
    "generator.reading.yaml_text",
    "generator.reading.front_matter",
    "generator.reading.grammar",
    "generator.reading.markdown",
    "generator.reading.locked_text",
    "generator.fields",
    "generator.profile",
    "generator.profile_edit",
    "generator.reading.head_edit",
    "generator.settings",
    "generator.library",
    "generator.versions",
    "generator.decisions",
    "generator.assembly",
    "generator.companion",
    "generator.lint",
    "generator.writers.frame_rules",
    "generator.writers.pdf",
    "generator.writers.libreoffice",
    "generator.comparison",
    "generator.register",
    "generator.amendment",
    "generator.returned",
    "generator.records",
    "generator.terminal",
    "generator.roster",
    "generator.batch",
)


def _collect() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name in MODULES:
        found: tuple[Rule, ...] = import_module(name).RULES
        for rule in found:
            if rule.name in rules and rules[rule.name] is not rule:
                raise ValueError(f"two rules are called {rule.name}")
            rules[rule.name] = rule
    return dict(sorted(rules.items()))


ALL_RULES = _collect()

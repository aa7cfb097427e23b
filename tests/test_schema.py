"""The JSON Schema of profiles: an editor completes and marks with it, and it agrees with reading."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from generator.diagnostics import errors_in
from generator.profile import read_profile
from generator.schema import make_schema
from tests.warm_library import shipped_dictionary

ROOT = Path(__file__).parent.parent
# The schema has a few hundred patterns; Python forgets them all at its 512th, and reads each again for every test.
re._MAXCACHE = 5000


DICTIONARY = shipped_dictionary()
SCHEMA = make_schema(DICTIONARY)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


class _Editor(yaml.SafeLoader):
    """Reads values as an editor does (YAML 1.2 core schema): numbers and true/false, but no dates and no yes."""


_Editor.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(true|false)$", list("tf")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)$", list("-+.0123456789")),
    ("null", r"^(~|null|)$", ["~", "n", ""]),
):
    _Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", __import__("re").compile(_pattern), _first)
_Editor.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def marks(text: str) -> list[str]:
    """Return what an editor would mark in a profile."""
    data: Any = yaml.load(text, _Editor)
    return [e.message for e in VALIDATOR.iter_errors(data)]


def reads(text: str) -> bool:
    return not errors_in(read_profile({"p.yaml": text.encode()}.get, "p.yaml", DICTIONARY).diagnostics)


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(SCHEMA)


def test_every_field_is_in_it_with_title_description_and_example() -> None:
    for path in DICTIONARY.paths():
        here: Any = SCHEMA
        for part in path.split("."):
            here = here["properties"][part]
        assert here["title"], path
        assert here["description"], path
        assert here["examples"], path


def test_every_example_is_allowed_and_read() -> None:
    """All in one profile: a schema of this size is slow to ask, and the answers name their field."""
    lines = []
    for path in DICTIONARY.paths():
        field = DICTIONARY.find(path)
        assert field is not None
        below = field.example.replace("\n", "\n  ")
        lines.append(f"{path}:\n  {below}" if "\n" in below or below.startswith("- ") else f"{path}: {below}")
    text = "\n".join(lines) + "\n"
    assert not marks(text)
    assert reads(text)
    examples = {path: _examples(path) for path in DICTIONARY.paths()}
    for n in range(max(map(len, examples.values()))):
        assert not marks(json.dumps({path: found[n] for path, found in examples.items() if n < len(found)}))


def _examples(path: str) -> list[Any]:
    here: Any = SCHEMA
    for part in path.split("."):
        here = here["properties"][part]
    found: list[Any] = here["examples"]
    return found


@pytest.mark.parametrize("answer", [" unknown", ""])
def test_unknown_and_nothing_are_allowed_everywhere(answer: str) -> None:
    assert not marks("".join(f"{path}:{answer}\n" for path in DICTIONARY.paths()))


@pytest.mark.parametrize(
    "text",
    [
        "cbo: {legal_nam: x}",
        "cbo.legal_nam: x",
        "nothing: x",
        "governance: shared",
        "service_model: [referral, other]",
        "term: {end_date: 03/04/2026}",
        "term.end_date: soon",
        "baa.breach_notice: 5",
        "baa: {breach_notice: five days}",
        "pay.total_cap: 1,25",
        "pay.total_cap: -5",
        "joint_board.threshold: 101",
        "joint_board.threshold: 10",
        "cbo: {address: {zip: 2134}}",
        "cbo.address.state: Kentucky",
        "cbo.ein: 123-45-6789",
        "phi.n0: true",
        "pay.ffs: [{servce: x}]",
        "pay.ffs: x",
        "cbo: Riverbend",
        "capacity.cap: 1.5",
        "agreement.states: [Indiana]",
        "pins: {a.b: latest}",
        "provider: {legal_name: x}",
        "documents: [mou]",
        "cbo.short_name: " + "x" * 41,
        "more_parties: [{key: county, called: county}]\ncounty: {legal_nam: x}",
        "more_parties: [{key: county, called: county}]\ncounty.address.zip: 2134",
        "agreement.purchaser: the county",
    ],
)
def test_what_reading_refuses_an_editor_marks(text: str) -> None:
    assert marks(text)
    assert not reads(text)


@pytest.mark.parametrize(
    "text",
    [
        "agreement.number: 2027",
        "agreement: {number: 2027-014}",
        "pay.total_cap: 12500",
        "pay.total_cap: 12500.00",
        'pay.total_cap: "$12,500.00"',
        "joint_board.threshold: 67%",
        "joint_board.threshold: 67",
        "cbo.address.zip: 40202",
        'cbo.address.zip: "02134"',
        "cbo.npi: 1234567893",
        "phi.n0: yes",
        "service_model: referral",
        "agreement.states: KY",
        "hub: unknown",
        "hub:",
        "more_parties: [{key: county, called: county}]\ncounty: {legal_name: Jefferson}\nlead_party: county",
        "more_parties: [{key: county, called: county}]\ncounty.address.state: KY",
        "agreement: unknown",
        "extends:",
        "cbo: {contacts.program.name: Sam}",
        "cbo.contacts.program: {phone: (502) 555-0100}",
    ],
)
def test_what_is_read_is_not_marked(text: str) -> None:
    assert reads(text)
    assert not marks(text)


def test_the_worked_profiles_are_not_marked() -> None:
    for file in sorted((ROOT / "profiles").glob("*.yaml")):
        assert not marks(file.read_text(encoding="utf-8")), file.name

"""A profile in which everything is answered, and the answers on which words and clauses hang, drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from generator.assembly.facts import Facts
from generator.fields import Field, Given, Value, read_value
from generator.library import DocumentType, Library
from generator.pipeline.parts import Parts
from generator.profile import Profile
from generator.reading.grammar import ClauseTemplate, Condition
from generator.reading.yaml_text import read_yaml

LEFT_OUT = "left out"
# Who is who decides which papers there are, not which words they hold; a paper is chosen by the test.
# One side's indemnity is an answer that the library refuses: it has no clause for it, and says so.
# Nor does a business associate agreement fit a party that HIPAA does not cover.
REFUSED = {"indemnity.mode": ("one_way_c_to_h", "one_way_h_to_c"), "hco.hipaa_status": ("not_covered",)}
SETTLED = ("agreement.", "baa.covered_entity", "baa.business_associate", "sba.", "notice.", "more_parties")


def conditions(part: Any) -> Iterator[str]:
    """Yield the names that conditions anywhere in ``part`` read."""
    if isinstance(part, Condition | ClauseTemplate):
        yield from (use.path for use in part.names() if use.kind_of_use == "condition" and not use.loop_base)
    elif isinstance(part, tuple):
        for inner in part:
            yield from conditions(inner)
    elif is_dataclass(part):
        for f in fields(part):
            yield from conditions(getattr(part, f.name))


def clauses_of(part: Any) -> Iterator[str]:
    """Yield the clauses that ``part`` of a document type names."""
    if isinstance(part, tuple):
        for inner in part:
            yield from clauses_of(inner)
    elif is_dataclass(part):
        if hasattr(part, "clause") and isinstance(part.clause, str):
            yield part.clause
        for f in fields(part):
            yield from clauses_of(getattr(part, f.name))


def names_of(library: Library, document: DocumentType) -> set[str]:
    """Return the names that decide which clauses and which words ``document`` has."""
    out = set(conditions(document))
    for id in clauses_of(document):
        clause = library.find(id).value
        template = library.template(clause).value if clause is not None else None
        out |= set(conditions(template)) if template is not None else set()
    return out


def example(field: Field) -> Value | None:
    """Return the example of ``field`` as an answer."""
    node = read_yaml(field.example.encode(), "example").value if field.example else None
    return read_value(field, node).value if node is not None else None


def rich(parts: Parts, profile: Profile) -> Profile:
    """Return ``profile`` with every needed answer that it lacks: the example of the dictionary."""
    values = dict(profile.values)
    here = [key for key in parts.dictionary.parties() if profile.has_any(key)]
    for path in parts.dictionary.paths():
        field = parts.dictionary.find(path)
        party = path.split(".", 1)[0] in parts.dictionary.parties() and not profile.has_any(path.split(".", 1)[0])
        if profile.given(path) is None and field is not None and not field.optional and not party:
            value = example(field)
            if value is not None and field.kind == "party_choice" and value not in here:
                value = here[0]
            if value is not None:
                values[path] = Given(value, profile.place_for(path))
    files = [m.example for f in parts.dictionary if (m := f.member("file")) is not None]
    words = {f"{folder}{name}": b"Words of the state.\n" for name in files for folder in ("", "profiles/")}
    return replace(profile, values=values, attached={**words, **profile.attached})


def answers(field: Field) -> st.SearchStrategy[Any] | None:
    """Return what ``field`` may be answered with, or None if nothing hangs on which answer it is."""
    keys = [o.key for o in field.options if o.key not in REFUSED.get(field.path, ())]
    drawn: st.SearchStrategy[Any] | None = None
    match field.kind:
        case "yes_no":
            drawn = st.booleans()
        case "choice":
            drawn = st.sampled_from(keys)
        case "several":
            some = st.lists(st.sampled_from([k for k in keys if k != "none"]), min_size=1, max_size=4, unique=True)
            drawn = some.map(lambda chosen: tuple(k for k in keys if k in chosen))
            if "none" in keys:
                drawn = st.just(("none",)) | drawn
        case _ if field.optional and example(field) is not None:
            drawn = st.just(example(field))
    if drawn is None:
        return None
    return st.just(LEFT_OUT) | drawn if field.optional else drawn


@cache
def drawable(parts_id: int, documents: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names to draw for a set of documents, as conditions write them."""
    parts = _PARTS[parts_id]
    found: set[str] = set()
    for id in documents:
        document = parts.library.document_type(id).value
        assert document is not None
        found |= names_of(parts.library, document)
    return tuple(sorted(n for n in found if not n.startswith(SETTLED)))


_PARTS: dict[int, Parts] = {}


def any_answers(parts: Parts, profile: Profile, documents: tuple[str, ...]) -> st.SearchStrategy[Mapping[str, Any]]:
    """Return some answers of ``documents`` to change in ``profile``, by the profile's own names."""
    _PARTS[id(parts)] = parts
    facts = Facts(profile, parts.dictionary, documents[0], (), documents)
    choices: dict[str, st.SearchStrategy[Any]] = {}
    for name in drawable(id(parts), documents):
        path = facts.resolve(name)
        field = parts.dictionary.find(path) if isinstance(path, str) else None
        drawn = answers(field) if field is not None and not field.derived and not field.same_as else None
        if drawn is not None and isinstance(path, str) and profile.has_any(path.split(".", 1)[0]):
            choices[path] = drawn
    some = st.lists(st.sampled_from(sorted(choices)), min_size=1, max_size=8, unique=True)
    return some.flatmap(lambda names: st.fixed_dictionaries({n: choices[n] for n in names}))


def with_answers(profile: Profile, changed: Mapping[str, Any]) -> Profile:
    """Return ``profile`` with these answers in place of its own."""
    values = {k: v for k, v in profile.values.items() if k not in changed}
    for path, value in changed.items():
        if value != LEFT_OUT:
            values[path] = Given(value, profile.place_for(path))
    return replace(profile, values=values)

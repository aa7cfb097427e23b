"""JSON Schema (draft 2020-12) of profiles, made from the data dictionary.

An editor that knows YAML completes names and answers with it and marks what is wrong while one types. The
schema is never stricter than reading a profile; it is less strict where JSON Schema cannot say the rule
(check digits, calendar days) and where an editor has already made a number of what was typed.

Fields nest as in a profile (``agreement: {name: …}``). Dotted names (``agreement.name: …``) are allowed
for too, as patterns, so that an editor does not offer every name twice.
"""

from __future__ import annotations

import re
from typing import Any, Final

from generator.fields import Dictionary, Field, capitalized
from generator.fields.kinds import STATES
from generator.fields.reading import MAX_ENTRIES, MAX_PARAGRAPHS, MAX_TEXT

__all__ = ["make_schema"]

_Schema = dict[str, Any]
_WHO: Final = {
    "cbo": "the community-based organization",
    "hub": "the hub",
    "hco": "the health-care organization",
    "jointly": "both of you together",
    "counsel": "counsel",
}
_UNKNOWN: Final = "[Uu][Nn][Kk][Nn][Oo][Ww][Nn]"
# Written as text; an editor reads 12500 as a number, which these patterns do not look at.
_PATTERNS: Final = {
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "duration": r"[0-9]{1,4} +([Hh]ours?|([Cc]alendar |[Bb]usiness )?[Dd]ays?|[Ww]eeks?|[Mm]onths?|[Yy]ears?)",
    "money": r"\$? ?([0-9]{1,3}(,[0-9]{3})+|0|[1-9][0-9]*)(\.[0-9]{2})?",
    "percent": r"[0-9]{1,3}(\.[0-9]{1,2})? ?%?",
    "integer": r"[0-9]{1,3}(,[0-9]{3})+|0|[1-9][0-9]*",
    "zip": r"[0-9]{5}(-[0-9]{4})?",
    "ein": r"[0-9]{2}-[0-9]{7}",
    "npi": r"[12][0-9]{9}",
    "uei": r"[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}",
    "url": r"https?://.+",
    "email": r".+@.+",
}
_NUMBERS: Final[dict[str, _Schema]] = {
    "money": {"type": "number", "minimum": 0},
    "percent": {"type": "number", "minimum": 0, "maximum": 100},
    "integer": {"type": "integer", "minimum": 0},
    "zip": {"type": "integer", "minimum": 10000, "maximum": 99999},  # one with a lost zero is smaller
    "npi": {"type": "integer", "minimum": 1000000000, "maximum": 2999999999},
    "phone": {"type": "integer"},
}


_FURTHER = "further_party"  # stands for the parties that a profile adds under words of its own
_PARTY = "[a-z][a-z0-9_]{0,39}"


def make_schema(dictionary: Dictionary) -> dict[str, Any]:
    """Return the schema of a profile whose fields ``dictionary`` describes, ready for JSON."""
    root = _group("A partnership profile", "The answers of one partnership. “unknown” is an answer everywhere.")
    root["properties"] |= {
        "extends": {
            "title": "Build on another profile",
            "description": "Another profile, seen from this folder. The answers of this file win.",
            "type": ["string", "null"],
            "examples": ["hub.yaml"],
        },
        "pins": {
            "title": "Pinned clauses",
            "description": "Clauses to keep at one version.",
            "type": ["object", "null"],
            "additionalProperties": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9]+)?$"},
            "examples": [{"confidentiality.mutual": "1.0.0"}],
        },
        "overrides": {
            "title": "Overruled checks",
            "description": "Checks that you have decided to overrule, each with the reason.",
            "type": ["object", "null"],
            "additionalProperties": {"type": "string"},
        },
    }
    dotted: _Schema = {}
    dictionary = dictionary.base
    if dictionary.outline("more_parties") is not None:  # then a profile may describe parties under words of its own
        dictionary = dictionary.with_parties(((_FURTHER, "further party"),))
    for path in dictionary.paths():
        field = dictionary.find(path)
        if field is None:
            continue
        parts = path.split(".")
        here = root
        for end, part in enumerate(parts[:-1], 1):
            above = ".".join(parts[:end])
            if part not in here["properties"]:
                group = dictionary.find(above)
                title = capitalized(group.label) if group is not None else part.replace("_", " ").capitalize()
                here["properties"][part] = _group(title, group.question if group is not None else "")
                if end > 1:
                    dotted[f"^{re.escape(above)}$"] = _pointer(parts[:end])
            here = here["properties"][part]
        here["properties"][parts[-1]] = _field(field)
        if len(parts) > 1:
            dotted[f"^{re.escape(path)}$"] = _pointer(parts)
    root["patternProperties"] = dotted
    further = root["properties"].pop(_FURTHER, None)
    if further is not None:
        root |= {"$defs": {_FURTHER: further}, "additionalProperties": {"$ref": f"#/$defs/{_FURTHER}"}}
        not_answered = "|".join(f.path for f in dictionary.base if (f.same_as or f.derived) and "." not in f.path)
        dotted[f"^(?:{not_answered})$"] = False
        known = "|".join(dict.fromkeys(path.partition(".")[0] for path in dictionary.base.paths()))
        for name in [name for name in dotted if name.startswith(f"^{_FURTHER}")]:
            inner = dotted.pop(name)["$ref"].removeprefix(f"#/properties/{_FURTHER}")
            rest = name.removeprefix(f"^{_FURTHER}")
            dotted[f"^(?!(?:{known})\\.){_PARTY}{rest}"] = {"$ref": f"#/$defs/{_FURTHER}{inner}"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root}


def _pointer(parts: list[str]) -> _Schema:
    return {"$ref": "#/" + "/".join(f"properties/{part}" for part in parts)}


def _group(title: str, description: str) -> _Schema:
    group: _Schema = {"title": title}
    if description:
        group["description"] = description
    # A text stands for the answer "unknown" to the whole group; nothing for no answer yet.
    return group | {
        "type": ["object", "string", "null"],
        "pattern": f"^{_UNKNOWN}$",
        "properties": {},
        "patternProperties": {r"\.": {}},  # a dotted name below a group: read, but not looked into here
        "additionalProperties": False,
    }


def _field(field: Field) -> _Schema:
    head: _Schema = {"title": capitalized(field.label)}
    if description := _description(field):
        head["description"] = description
    if examples := _examples(field):
        head["examples"] = examples
    return head | _kind(field)


def _description(field: Field) -> str:
    parts = [field.question, field.why]
    if field.usual:
        parts.append(f"Usual: {field.usual}")
    if field.who:
        parts.append(f"Usually known by {' or '.join(_WHO.get(w, w) for w in field.who)}.")
    if field.of:
        parts.append(f"A percentage of {field.of}.")
    if field.kind != "yes_no":
        parts += [f"{option.key}: {option.label}." for option in field.options]
    if field.optional:
        parts.append("May be left out.")
    return "\n".join(part for part in parts if part)


def _examples(field: Field) -> list[Any]:
    """Return the example as an editor inserts it: a list as a list, all else as text."""
    if not field.example:
        return []
    if field.kind in ("list", "several"):
        from generator.reading.yaml_text import parse_yaml

        return [_plain(node)] if (node := parse_yaml(field.example, "").value) is not None else []
    return [field.example.strip('"')]


def _plain(node: Any) -> Any:
    from generator.reading.yaml_text import ListNode, MapNode

    match node:
        case ListNode(items=items):
            return [_plain(item) for item in items]
        case MapNode(entries=entries):
            return {name: _plain(value) for name, _, value in entries}
        case _:
            return node.text


def _kind(field: Field) -> _Schema:
    match field.kind:
        case "choice":
            return {"enum": [*_keys(field), "unknown", None]}
        case "party_choice":
            listed = [key for key in _keys(field) if key != _FURTHER]
            words = [{"type": "string", "pattern": f"^{_PARTY}$"}] if len(listed) < len(field.options) else []
            return {"anyOf": [{"enum": [*listed, "unknown", None]}, *words]}
        case "yes_no":
            return {"enum": ["yes", "no", "unknown", None]}
        case "state":
            return {"enum": [*STATES, "unknown", None]}
        case "several":
            # The editor shows the answers; "unknown" and a single answer may stand without brackets.
            items = {"enum": _keys(field)}
            return {"anyOf": [_counted(field, {"type": "array", "items": items, "uniqueItems": True}),
                              {"enum": [*_keys(field), "unknown", None]}]}  # fmt: skip
        case "list":
            entry = _kind(field.each) if field.each is not None else _entry(field)
            single = [_kind(field.each)] if field.each is not None else []
            return {"anyOf": [_counted(field, {"type": "array", "items": entry}), *single, _nothing()]}
        case "record":
            return _entry(field)
        case "text" | "paragraphs":
            most = int(field.most or (MAX_PARAGRAPHS if field.kind == "paragraphs" else MAX_TEXT))
            text: _Schema = {"type": ["string", "number", "boolean", "null"], "maxLength": most}
            return text
        case kind:
            written: _Schema = {"type": "string"}
            if kind in _PATTERNS:
                written["pattern"] = rf"^\s*({_PATTERNS[kind]}|{_UNKNOWN})?\s*$"
            number = [dict(_NUMBERS[kind])] if kind in _NUMBERS else []
            for limited in number:
                limited |= {
                    key: float(limit) if "." in limit else int(limit)
                    for key, limit in (("minimum", field.least), ("maximum", field.most))
                    if limit
                }
            return {"anyOf": [written, *number, {"type": "null"}]}


def _keys(field: Field) -> list[str]:
    return [option.key for option in field.options]


def _nothing() -> _Schema:
    return {"anyOf": [{"type": "string", "pattern": f"^{_UNKNOWN}$"}, {"type": "null"}]}


def _counted(field: Field, array: _Schema) -> _Schema:
    least = int(field.least) if field.least.isdecimal() else 0 if field.optional else 1
    return array | {"minItems": least, "maxItems": int(field.most) if field.most.isdecimal() else MAX_ENTRIES}


def _entry(field: Field) -> _Schema:
    members = {member.path.removeprefix(f"{field.path}."): _field(member) for member in field.fields}
    return {"type": "object", "properties": members, "additionalProperties": False}

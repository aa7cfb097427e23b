"""Nothing was forgotten: folder, tables, rules and documentation say the same."""

from __future__ import annotations

import ast
import pkgutil
import re
import tomllib
from functools import cache
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path
from types import ModuleType

import pytest

import generator
from generator import cli, session
from generator.diagnostics import Rule
from generator.fields import Dictionary
from generator.pipeline import FORMATS, every_rule
from generator.rules import ALL_RULES, MODULES
from generator.writers import WRITERS
from tests.warm_library import warm_library

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "generator"
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
LIBRARY = warm_library()


def top_level() -> set[str]:
    """Return the modules and packages right below ``generator/``."""
    modules = {p.stem for p in PACKAGE.glob("*.py")} - {"__init__"}
    return modules | {p.parent.name for p in PACKAGE.glob("*/__init__.py")}


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return every module of the package, loaded."""
    names = [m.name for m in pkgutil.walk_packages(generator.__path__, "generator.") if "._starter" not in m.name]
    return tuple(import_module(name) for name in names)


@cache
def dictionary() -> Dictionary:
    found = LIBRARY.dictionary().value
    assert found is not None
    return found


# ---------------------------------------------------------------- modules


@pytest.mark.parametrize("package", ["generator.pipeline", "generator.roster"])
def test_every_public_name_that_is_loaded_when_it_is_asked_for_is_there(package: str):
    found = import_module(package)
    assert {*found._MODULES, "RULES"} == {*found.__all__, "RULES"}
    assert [name for name in found.__all__ if not hasattr(found, name)] == []
    assert not hasattr(found, "no_such_name")


def test_the_map_names_every_module_and_no_other():
    named = re.findall(r"^\| `([a-z_]+)(\.py|/)` \| .+ \|$", MAP, flags=re.MULTILINE)
    assert sorted(name for name, _ in named) == sorted(top_level())
    for name, kind in named:
        assert (PACKAGE / name).is_dir() == (kind == "/")


def layers() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    assert contract["exhaustive"] is True
    return contract["layers"]


def test_every_module_has_its_place_in_the_layers():
    assert top_level() - {name.strip("()") for name in layers()} == set()


def test_the_map_lists_the_modules_in_the_order_of_the_layers():
    """It says that a module may import those below it."""
    named = re.findall(r"^\| `([a-z_]+)(?:\.py|/)` \|", MAP, flags=re.MULTILINE)
    assert named == [name.strip("()") for name in layers() if name.strip("()") in top_level()]


def test_every_writer_is_in_the_table_and_can_be_loaded():
    assert set(WRITERS) == set(FORMATS)
    for name, entry in WRITERS.items():
        assert entry.name == name
        assert callable(getattr(import_module(entry.module), entry.function))
    written = {
        (module.__name__, name)
        for module in modules()
        if module.__name__.startswith("generator.writers.")
        for name, function in getmembers(module, isfunction)
        if name.startswith("write_") and function.__module__ == module.__name__
    }
    assert written == {(e.module, e.function) for e in WRITERS.values()}


# ---------------------------------------------------------------- rules


def rules_in(module: ModuleType) -> list[Rule]:
    return [value for value in vars(module).values() if isinstance(value, Rule)]


def test_every_rule_of_every_module_can_be_explained():
    known = every_rule()
    for module in modules():
        for rule in rules_in(module):
            assert known.get(rule.name) is rule, f"{rule.name} of {module.__name__} is in no list of rules"


def test_every_list_of_rules_is_collected():
    """A module with rules is named in ``rules.py``, or one that is named hands its rules on."""
    collected = {id(rule) for rule in every_rule().values()}
    for module in modules():
        for rule in getattr(module, "RULES", ()):
            assert id(rule) in collected, f"{module.__name__}: {rule.name}"
    for name in MODULES:
        assert import_module(name).RULES


def test_no_two_rules_share_a_name():
    found: dict[str, Rule] = {}
    for module in modules():
        for rule in (*rules_in(module), *getattr(module, "RULES", ())):
            assert found.setdefault(rule.name, rule) is rule, rule.name
    assert len(found) >= len(ALL_RULES) > 30


@pytest.mark.parametrize("name", sorted(every_rule()))
def test_every_rule_has_its_page(name):
    rule = every_rule()[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert rule.says.endswith(".")
    assert rule.says[0].isupper()
    assert len(rule.explanation.split()) >= 15
    assert "invalid" not in f"{rule.says} {rule.explanation}".lower()


def test_exit_codes_are_given_to_rules_that_there_are():
    assert set(session.EXIT_CODES) - set(every_rule()) == set()


# ---------------------------------------------------------------- documentation

# The pages for readers.
FOLDERS = ("generator", "clauses", "profiles", "tests")
PAGES = [ROOT / "README.md", *sorted(p for f in FOLDERS for p in (ROOT / f).rglob("README.md"))]
IDS = [p.relative_to(ROOT).as_posix() for p in PAGES]
FILE = re.compile(r"[\w./-]+/|[\w./-]+\.(?:py|md|yaml|docx|json|txt|ttf|png|css|typ)")
# What the program makes, or what an example supposes, is not in the repository.
ELSEWHERE = {
    "record.json", "agreement.yaml", "agreement.schema.json", "made.docx", "my-partnership/agreement.yaml",
    "my-partnership/", "clauses/", "clauses/_approvals.yaml",
}  # fmt: skip


def words(page: Path) -> set[str]:
    """Return what stands between backticks on a page, and the lines of its blocks of commands."""
    text = page.read_text(encoding="utf-8")
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", plain))


def commands(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(r"(?:^ {4}|^|`|bin/)agreements ((?:-{0,2}[a-z][^\n`]*))", text, flags=re.MULTILINE)


def test_there_is_a_page_in_every_folder_that_people_write_in():
    for folder in FOLDERS:
        assert ROOT / folder / "README.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_file_that_a_page_names_is_there(page):
    missing = [
        name
        for name in sorted(words(page))
        if FILE.fullmatch(name)
        and name not in ELSEWHERE
        and not name.startswith("output/")
        and not any((folder / name).exists() for folder in (page.parent, ROOT, PACKAGE, ROOT / "clauses"))
        and not (page.parent != ROOT and list(page.parent.rglob(name.rstrip("/"))))
    ]
    assert missing == []
    links = [t for t in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in links if not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_clause_field_and_requirement_that_a_page_names_is_there(page):
    requirements = {r.id for r in LIBRARY.requirements().value or ()}
    known = {*LIBRARY.ids(), *requirements, *dictionary().paths(), "family.name"}
    families = {id.split(".")[0] for id in known}
    for name in words(page):
        dotted = re.fullmatch(r"([a-z_0-9]+(?:\.[a-z_0-9]+)+)(?:@[\d.]+)?", name)
        if dotted and not FILE.fullmatch(name) and dotted.group(1).split(".")[0] in families:
            found = dotted.group(1)
            assert found in known or dictionary().find(found) or dictionary().is_group(found), name


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_that_a_page_shows_is_one(page):
    for line in commands(page):
        first, *rest = line.split()
        if first.startswith("-"):
            continue
        command = cli.commands.commands.get(first)
        assert command is not None, line
        if hasattr(command, "commands"):
            assert rest[0] in command.commands, line
            command, rest = command.commands[rest[0]], rest[1:]
        options = {option for parameter in command.params for option in parameter.opts}
        for word in rest:
            if word == "#":
                break
            if word.startswith("-"):
                assert word.split("=")[0] in options, line
        for chosen in re.findall(r"(?:-d|--documents) ([a-z,]+)", line):
            assert set(chosen.split(",")) <= set(LIBRARY.document_ids()), line


def test_the_value_that_the_map_walks_through_goes_that_way():
    sample = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
    assert re.search(r"^  breach_notice: 5 business days$", sample, flags=re.MULTILINE)
    assert sample.index("\nbaa:\n") < sample.index("  breach_notice:")
    assert "hipaa.reporting_breach" in LIBRARY.ids()
    clause = LIBRARY.find("hipaa.reporting_breach").value
    assert clause is not None
    assert "{{ baa.breach_notice }}" in clause.body
    for stage in re.findall(r"`([a-z]+/[a-z_]+\.py)`", MAP):
        assert (PACKAGE / stage).is_file()


def test_the_page_about_tests_says_what_each_file_proves():
    page = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    for file in sorted((ROOT / "tests").glob("*.py")):
        if file.name == "__init__.py":
            continue
        says = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0]
        assert says, f"{file.name} begins with one sentence that says what it proves"
        line = f"| `{file.name}` | {says} |" if file.name.startswith("test_") else f"| `{file.name}` | "
        assert line in page, f"tests/README.md needs the line: {line}"
    named = re.findall(r"^\| `([a-z_]+\.py)` \|", page, flags=re.MULTILINE)
    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []

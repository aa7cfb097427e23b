"""The cache saves time and changes nothing: whatever it holds, the same bytes are made."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import itertools
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import generator.cache
from generator.batch import needs
from generator.cache import Cache, open_cache
from generator.diagnostics import Checked
from generator.library import Library
from generator.library.layers import _packer
from generator.pipeline import Made, check, list_clauses, make
from generator.pipeline.parts import read_parts
from generator.reading.grammar import parse_clause
from generator.reading.markdown import parse_markdown
from generator.records import RECORD_NAME
from generator.workspace import Workspace, open_workspace

pytestmark = pytest.mark.usefixtures("cache_on_disk")

ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2027, 1, 1)
posix = pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")


def workspace(cache: Path | None, folder: Path = ROOT) -> Workspace:
    return open_workspace(folder, today=TODAY, cache=cache)


def made(cache: Path | None) -> Made:
    """Make an agreement as the command does, with ``cache`` saved at the end."""
    here = workspace(cache)
    out = make(here, "profiles/sample.yaml", documents=("baa",), formats=("txt",))
    if here.cache is not None:
        here.cache.save()
    return out


@pytest.fixture(scope="module")
def without() -> Made:
    return made(None)


@pytest.fixture(scope="module")
def used_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("used") / "cache"
    made(cache)
    assert books(cache)
    return cache


@pytest.fixture
def warm(tmp_path: Path, used_once: Path) -> Path:
    """Return the folder of a cache that has been used once, for this test alone."""
    return shutil.copytree(used_once, tmp_path / "cache")


def books(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.cache"))


# ---------------------------------------------------------------- the same bytes


@pytest.mark.slow
def test_cold_warm_and_without_a_cache_the_same_is_made(tmp_path: Path, sample_set: Made) -> None:
    """All documents; ``sample_set`` is made without a cache."""
    expected = dict(sample_set.files)
    for _ in range(2):
        here = workspace(tmp_path / "cache")
        out = make(here, "profiles/sample.yaml", formats=("docx", "txt"))
        assert out.agreements == sample_set.agreements
        files = {name: data for name, data in out.files if name != RECORD_NAME}
        assert len(files) == 2 * len(out.agreements)
        assert files == {name: expected[name] for name in files}
        assert here.cache is not None
        here.cache.save()
        assert books(tmp_path / "cache")


def test_a_warm_cache_is_really_used(warm: Path, monkeypatch: pytest.MonkeyPatch, without: Made) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    for name in ("read_clause", "parse_clause", "parse_markdown", "read_document_type", "read_dictionaries"):
        monkeypatch.setattr(f"generator.library.layers.{name}", never)
    assert made(warm) == without


@pytest.mark.slow
def test_problems_and_their_places_are_the_same_from_the_cache(tmp_path: Path) -> None:
    """A draft with open answers, and a library with a faulty clause, a void approval and a changed released text."""
    folder = tmp_path / "work"
    (folder / "clauses/term/initial").mkdir(parents=True)
    shutil.copy(ROOT / "profiles/san-diego-cie.yaml", folder / "profile.yaml")
    (folder / "clauses/term/initial/1.0.0.md").write_text(
        "---\nid: term.initial\nversion: 1.0.0\ntitle: Term\nstatus: released\ndigest: sha256:0\ncolour: red\n"
        "approved: {by: A, on: 2026-01-01, digest: sha256:1}\n---\n"
        "It begins on {{ term.efective_date }} and {{ 1 + 1 }} `ends`.\n"
    )

    def seen(cache: Path | None) -> object:
        here = workspace(cache, folder)
        first = make(here, "profile.yaml", documents=("svc",), draft=True, formats=("txt",))
        second = check(here, ["profile.yaml"], documents=("svc",))
        if here.cache is not None:
            here.cache.save()
        places = [(d, d.span, d.others) for d in (*first.diagnostics, *second.diagnostics)]
        return first, second, places

    expected = seen(None)
    assert {"library-file", "approval-void", "released-text-changed"} <= {d.rule for d, _, _ in expected[2]}  # type: ignore[index]
    assert seen(tmp_path / "cache") == expected
    assert books(tmp_path / "cache")
    assert seen(tmp_path / "cache") == expected


# ---------------------------------------------------------------- never stale


def test_one_changed_word_of_a_clause_is_seen_at_once(tmp_path: Path) -> None:
    clause = tmp_path / "work/clauses/term/initial/1.0.0.md"
    clause.parent.mkdir(parents=True)
    head = "---\nid: term.initial\nversion: 1.0.0\ntitle: Term\nstatus: released\nsatisfies: [svc.term]\n---\n"
    text = head + "It lasts one {}.\n"

    def words(word: str) -> str:
        clause.write_text(text.format(word))
        os.utime(clause, ns=(1, 1))  # the same size and time: only the bytes differ
        here = workspace(tmp_path / "cache", tmp_path / "work")
        shutil.copy(ROOT / "profiles/sample.yaml", tmp_path / "work/sample.yaml")
        out = make(here, "sample.yaml", documents=("svc",), formats=("txt",))
        assert here.cache is not None
        here.cache.save()
        return dict(out.files)["services-agreement.txt"].decode()

    assert "It lasts one year." in words("year")
    assert "It lasts one week." in words("week")
    assert "It lasts one year." in words("year")


def test_a_changed_title_is_listed_at_once(tmp_path: Path) -> None:
    clause = tmp_path / "work/clauses/my/own/1.0.0.md"
    clause.parent.mkdir(parents=True)

    def titles(title: str) -> list[str]:
        clause.write_text(f"---\nid: my.own\nversion: 1.0.0\ntitle: {title}\nstatus: released\n---\nWords.\n")
        os.utime(clause, ns=(1, 1))
        here = workspace(tmp_path / "cache", tmp_path / "work")
        lines = list_clauses(here, family="my").value or ()
        assert here.cache is not None
        here.cache.save()
        return [line.title for line in lines]

    assert titles("One") == ["One"]
    assert titles("Two") == ["Two"]
    assert titles("One") == ["One"]


def test_the_list_is_the_same_from_the_cache(tmp_path: Path) -> None:
    for all_versions in (False, True):
        expected = list_clauses(workspace(None), all_versions=all_versions)
        for _ in range(2):
            here = workspace(tmp_path / "cache")
            assert list_clauses(here, all_versions=all_versions) == expected
            assert here.cache is not None
            here.cache.save()


def test_another_program_does_not_read_what_this_one_kept(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator.cache, "program_digest", lambda: b"another")
    here = workspace(warm).cache
    assert here is not None
    assert not here._book("texts").index


def test_a_program_that_cannot_see_its_own_files_keeps_nothing(
    warm: Path, monkeypatch: pytest.MonkeyPatch, without: Made
) -> None:
    def unseen() -> bytes:
        raise ValueError

    before = books(warm)[0].read_bytes()
    monkeypatch.setattr(generator.cache, "program_digest", unseen)
    assert made(warm) == without
    assert books(warm)[0].read_bytes() == before


def test_the_digest_of_the_program_changes_with_each_of_its_files(tmp_path: Path) -> None:
    package = tmp_path / "generator"
    shutil.copytree(ROOT / "generator", package, ignore=shutil.ignore_patterns("__pycache__", "fonts"))

    def digest() -> str:
        code = "import generator.cache as c; print(c.__file__, c.program_digest().decode())"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert str(package) in done.stdout
        return done.stdout

    before = digest()
    assert digest() == before
    for file in ("reading/grammar.py", "fields/dictionary.py", "writers/typst/agreement.typ"):
        os.utime(package / file, ns=(1, 1))
        after = digest()
        assert after != before
        before = after


def test_what_the_program_is_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ground() -> str:
        here = workspace(tmp_path / "cache")
        found = needs.ground_of(read_parts(here).library)
        assert here.cache is not None
        here.cache.save()
        return found

    first = ground()
    monkeypatch.setattr(needs, "program", lambda: pytest.fail("worked out again"))
    assert ground() == first
    monkeypatch.setattr(needs, "program", lambda: "another")
    assert needs.ground_of(read_parts(workspace(None)).library) != first  # without a cache it is asked each time
    monkeypatch.setattr(generator.cache, "program_digest", lambda: b"another")
    assert ground() != first  # and so where what is kept is another program's


# ---------------------------------------------------------------- harm


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_head(data: bytes) -> bytes:
    return data[1:]


def one_word(data: bytes) -> bytes:
    """Change one word of a clause: the length and the JSON stay right."""
    return data.replace(b" shall ", b" would ", 1)


def index_only(data: bytes) -> bytes:
    return b"\n".join(data.split(b"\n", 3)[:3]) + b"\n{}"


def noise(data: bytes) -> bytes:
    return random.Random(1).randbytes(1000)


def lines(data: bytes) -> bytes:
    return b"\n" * 1000


@pytest.mark.slow
@pytest.mark.parametrize("harm", [cut, without_head, one_word, index_only, noise, lines, lambda _: b""])
def test_a_damaged_cache_is_made_anew(warm: Path, harm: Callable[[bytes], bytes], without: Made) -> None:
    [book] = books(warm)
    right = book.read_bytes()
    assert harm(right) != right
    book.write_bytes(harm(right))
    assert made(warm) == without
    assert book.read_bytes() == right


@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_goes_unseen(tmp_path_factory: pytest.TempPathFactory, at: float, byte: int) -> None:
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    cache = Cache(folder, "x")
    cache.add("b", "key", b'["some words"]')
    cache.add("b", "other", b'["more"]')
    cache.save()
    [book] = books(folder)
    data = bytearray(book.read_bytes())
    data[int(at * len(data))] ^= byte
    book.write_bytes(data)
    again = Cache(folder, "x")
    assert (again.find("b", "key"), again.find("b", "other")) == (None, None)


def test_a_folder_where_the_book_should_be_is_no_matter(tmp_path: Path, without: Made) -> None:
    cache = tmp_path / "cache"
    made(cache)
    [book] = books(cache)
    book.unlink()
    book.mkdir()
    assert made(cache) == without


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """Return a place where no folder can be made, also not by root: below a file."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "cache"


def test_a_place_that_cannot_be_written_is_no_matter(unwritable: Path, without: Made) -> None:
    assert made(unwritable) == without
    assert not unwritable.exists()


@pytest.mark.slow
def test_many_at_once_disturb_nobody(tmp_path: Path, without: Made) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(made, [tmp_path / "cache"] * 4)) == [without] * 4
    assert made(tmp_path / "cache") == without
    assert [p.suffix for p in (tmp_path / "cache").iterdir()] == [".cache"]


@posix
def test_a_folder_that_others_may_write_to_is_neither_read_nor_written(warm: Path, without: Made) -> None:
    [book] = books(warm)
    before = book.read_bytes()
    warm.chmod(0o777)
    shared = workspace(warm).cache
    assert shared is not None
    assert not shared._book("texts").index
    shared.add("texts", "key", b"[]")
    shared.save()
    assert book.read_bytes() == before
    assert made(warm) == without


@posix
def test_only_its_user_can_look_into_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "home/cache", "x")
    cache.add("b", "key", b"[]")
    cache.save()
    assert (tmp_path / "home/cache").stat().st_mode & 0o777 == 0o700
    assert books(tmp_path / "home/cache")[0].stat().st_mode & 0o777 == 0o600


# ---------------------------------------------------------------- what is kept


def test_no_answer_of_a_profile_is_kept(tmp_path: Path) -> None:
    said = (ROOT / "profiles/sample.yaml").read_text()
    number = itertools.count()
    name = re.compile(r"^( *legal_name:) .*$", re.MULTILINE)
    changed = name.sub(lambda found: f"{found[1]} Zanzibar Society {next(number)}", said)
    (tmp_path / "profile.yaml").write_text(changed)
    here = workspace(tmp_path / "cache", tmp_path)
    out = make(here, "profile.yaml", documents=("baa",), formats=("txt",))
    assert b"Zanzibar" in dict(out.files)["business-associate-agreement.txt"]
    assert here.cache is not None
    here.cache.save()
    assert b"Zanzibar" not in b"".join(book.read_bytes() for book in books(tmp_path / "cache"))


def test_entries_of_several_runs_stand_side_by_side(tmp_path: Path) -> None:
    for key in ("one", "two"):
        cache = Cache(tmp_path / "c", "x")
        cache.add("b", key, key.encode())
        cache.save()
    cache = Cache(tmp_path / "c", "x")
    assert (cache.find("b", "one"), cache.find("b", "two"), cache.find("b", "three")) == (b"one", b"two", None)


def test_when_it_grows_too_large_what_is_unused_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator.cache, "_MOST", 10_000)
    for key in ("one", "two", "three"):
        cache = Cache(tmp_path / "c", "x")
        cache.find("b", "one")
        cache.add("b", key, b"x" * 2000)
        cache.save()
    cache = Cache(tmp_path / "c", "x")
    assert [cache.find("b", k) is not None for k in ("one", "two", "three")] == [True, False, True]


def test_old_files_are_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    for name in ("old", "new"):
        cache = Cache(folder, name)
        cache.add("b", "key", b"[]")
        cache.save()
        if name == "old":
            os.utime(folder / "old-b.cache", (1, 1))
            (folder / "other.unfinished").write_text("")
            os.utime(folder / "other.unfinished", (1, 1))
            (folder / "mine.txt").write_text("")
            os.utime(folder / "mine.txt", (1, 1))
    assert sorted(p.name for p in folder.iterdir()) == ["mine.txt", "new-b.cache"]


def test_each_library_has_its_own_books(tmp_path: Path) -> None:
    assert open_cache(tmp_path, [tmp_path / "a"]).name != open_cache(tmp_path, [tmp_path / "b"]).name
    assert open_cache(tmp_path, [tmp_path / "a"]).name == open_cache(tmp_path, [tmp_path / "a"]).name


def test_every_text_of_the_library_comes_back_as_it_was() -> None:
    library = Library(workspace(None).layers)
    packer = _packer()
    things: list[object] = [library.document_type(id) for id in library.document_ids()]
    things += [library.requirements(), Checked((Decimal("1.50"), 3, True, None))]
    for id in library.ids():
        clause = library.find(id)
        things.append(clause)
        if clause.value is not None:
            things.append(parse_clause(clause.value.body, clause.value.span.file, clause.value.body_line))
            things.append(parse_markdown(clause.value.body, clause.value.span.file))
    for thing in things:
        again = packer.unpack(packer.pack(thing))
        assert again == thing
        assert everything(again) == everything(thing)
    assert len(things) > 100


def test_only_classes_that_are_kept_can_be_named(tmp_path: Path) -> None:
    """Bytes that would run a command, make a file or call a function of ours do nothing."""

    class Evil:
        def __init__(self, function: Callable[..., object], *args: object) -> None:
            self.call = (function, args)

        def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
            return self.call

    harm = tmp_path / "harm"
    for function, *args in (
        (os.system, f"touch {harm}"),
        (open, str(harm), "w"),
        (eval, "1"),
        (Library, ()),
        (Path, "x"),
    ):
        with pytest.raises(pickle.UnpicklingError, match="not among"):
            _packer().unpack(pickle.dumps(Evil(function, *args)))
    assert not harm.exists()
    with pytest.raises(TypeError, match="not among"):
        _packer().pack((Path("x"),))


@given(data=st.binary(max_size=40))
def test_any_bytes_are_refused_or_give_a_plain_value(data: bytes) -> None:
    with contextlib.suppress(Exception):
        _packer().unpack(data)


def everything(value: object) -> object:
    """Return ``value`` with what does not take part in its equality (places)."""
    if dataclasses.is_dataclass(value):
        return [type(value), *(everything(getattr(value, f.name)) for f in dataclasses.fields(value))]
    return [everything(v) for v in value] if isinstance(value, tuple) else (type(value), value)


# ---------------------------------------------------------------- the command


@pytest.mark.slow
def test_the_command_keeps_its_cache_where_the_user_keeps_such_things(tmp_path: Path) -> None:
    """And the second run loads neither of the libraries that read clauses: that is most of what a cache saves."""
    shutil.copy(ROOT / "profiles/sample.yaml", tmp_path / "sample.yaml")
    code = (
        "import sys; from generator.cli import main; code = main(); "
        "print([m for m in ('jinja2', 'markdown_it') if m in sys.modules]); sys.exit(code)"
    )

    def run(name: str, **environment: str) -> tuple[bytes, str]:
        command = [sys.executable, "-c", code, "make", "sample.yaml", "-d", "svc", "-f", "html", "-o", name, "-q"]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home"), **environment}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return next((tmp_path / name).rglob("*.html")).read_bytes(), done.stdout.splitlines()[-1]

    off, loaded = run("off", AGREEMENTS_CACHE="off")
    assert not (tmp_path / "home").exists()
    assert loaded == "['jinja2', 'markdown_it']"
    nowhere, _ = run("nowhere", XDG_CACHE_HOME=str(tmp_path / "sample.yaml"))
    first, _ = run("first", XDG_CACHE_HOME=str(tmp_path / "kept"))
    second, loaded = run("second", XDG_CACHE_HOME=str(tmp_path / "kept"))
    assert off == nowhere == first == second
    if sys.platform not in ("win32", "darwin"):
        assert books(tmp_path / "kept/agreements")
        assert loaded == "[]"

"""What ``agreements doctor`` looks at: is everything on this computer that the other commands need?

Part of the edge, as the command line is: it may look at the computer. Each finding says what was found
and, where something is amiss, how to mend it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from generator.diagnostics import errors_in
from generator.frozen import dataclass
from generator.workspace import Workspace

__all__ = ["Finding", "State", "examine", "find_libreoffice"]

OLDEST_PYTHON = (3, 11)
# distribution -> what it is here for, said when it is missing
_PACKAGES = {
    "click": "the commands",
    "PyYAML": "reading profiles",
    "Jinja2": "reading clauses",
    "markdown-it-py": "reading clauses",
    "docxtpl": "Word files",
    "python-docx": "Word files",
    "typst": "PDF files",
    "pypdf": "PDF files",
}


class State(StrEnum):
    """How a finding stands: attention stops only what it names."""

    OK = "OK"
    ATTENTION = "attention"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``mend`` says what to do and is empty when all is well."""

    about: str
    state: State
    says: str
    mend: str = ""


def examine(workspace: Workspace, encoding: str) -> Iterator[Finding]:
    """Yield what was found, one thing at a time; ``encoding`` is that of the terminal."""
    yield _python()
    yield _packages()
    yield _fonts()
    yield _pdf()
    yield _libreoffice()
    yield from _library(workspace)
    yield _output(workspace.output)
    yield _encoding(encoding)
    yield _clock(workspace.today)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", State.PROBLEM, version, "Install Python 3.11 or newer from python.org.")
    return Finding("Python", State.OK, version)


def _packages() -> Finding:
    found, missing = [], []
    for name, purpose in _PACKAGES.items():
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(f"{name} (for {purpose})")
    if missing:
        return Finding(
            "Packages",
            State.PROBLEM,
            f"Missing: {', '.join(missing)}.",
            "Install this program again: python -m pip install --force-reinstall agreement-generator",
        )
    return Finding("Packages", State.OK, ", ".join(found))


def _fonts() -> Finding:
    folder = Path(__file__).parent / "writers" / "typst" / "fonts"
    fonts = [f for f in sorted(folder.glob("*")) if f.suffix.lower() in (".ttf", ".otf") and f.stat().st_size]
    if not fonts:
        return Finding(
            "PDF fonts",
            State.PROBLEM,
            "Our own fonts are not where they belong.",
            "Install this program again: python -m pip install --force-reinstall agreement-generator",
        )
    return Finding("PDF fonts", State.OK, f"{len(fonts)} of our own; fonts of this computer are not used.")


def _pdf() -> Finding:
    """Write one small page, which needs typst, the template and the fonts to work together."""
    from generator.model import Agreement, Cover, Paragraph, Reference, Section, Status, Text

    words = (Text("Sphinx of black quartz, judge my vow: "), Reference("here", "Section", "1", "Words"))
    page = Agreement(
        document_type="mou", title="Test page", name="Test page", number="", status=Status.FINAL,
        date=dt.date(2000, 1, 1), cover=Cover("Test page", (), (), None), parties=(), opening=(),
        sections=(Section("Words", (Paragraph(words),), 1, "1", "1.", "here"),),
        closing=(), signatures=(), schedules=(), open_page=None, open_items=(), sources=(), contents=False,
    )  # fmt: skip
    mend = (
        "Install this program again: python -m pip install --force-reinstall agreement-generator\n"
        "Until then, Word, HTML and text work: agreements make --formats docx,html PROFILE"
    )
    try:
        from generator.writers.pdf import write_pdf

        if write_pdf(page).startswith(b"%PDF-"):
            return Finding("PDF", State.OK, "wrote a test page.")
        says = "the test page came out as something else."
    except BaseException as error:  # a panic of compiled code is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        says = f"could not write a test page ({type(error).__name__})."
    return Finding("PDF", State.PROBLEM, says, mend)


def find_libreoffice() -> str:
    """Return the path of LibreOffice's program, or "" if it is not installed where it usually is."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    programs = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)")]
    places = [
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        *(Path(folder, "LibreOffice", "program", "soffice.exe") for folder in programs if folder),
    ]
    return next((str(place) for place in places if place.is_file()), "")


def _libreoffice() -> Finding:
    if not (path := find_libreoffice()):
        return Finding(
            "LibreOffice",
            State.ATTENTION,
            "not installed. Everything works without it, but --pdf-engine libreoffice.",
            "If you want PDFs made exactly from the Word file, install it from libreoffice.org.",
        )
    try:
        metadata.version("pikepdf")
    except metadata.PackageNotFoundError:
        return Finding(
            "LibreOffice",
            State.ATTENTION,
            f"{path}; but --pdf-engine libreoffice needs one package more.",
            "python -m pip install 'agreement-generator[libreoffice]'",
        )
    return Finding("LibreOffice", State.OK, f"{path}; --pdf-engine libreoffice can be used.")


def _library(workspace: Workspace) -> Iterator[Finding]:
    from generator import pipeline

    for layer in workspace.layers:
        if not layer.folder.is_dir() or not os.access(layer.folder, os.R_OK | os.X_OK):
            yield Finding(
                f"Layer {layer.name}",
                State.PROBLEM,
                f"{layer.folder} cannot be read.",
                "Allow yourself to read that folder, or install this program again.",
            )
            return
    listed = pipeline.list_clauses(workspace)
    documents = {f.stem for layer in workspace.layers for f in (layer.folder / "_documents").glob("*.yaml")}
    errors = errors_in(listed.diagnostics)
    if errors or not listed.value:
        first = f" First: {errors[0].span or ''} {errors[0].message}" if errors else ""
        yield Finding(
            "Library",
            State.PROBLEM,
            f"{len(errors)} problems in it.{first}" if errors else "There is no clause in it.",
            "agreements clauses list shows them all.",
        )
        return
    counts = ", ".join(
        f"{sum(c.layer == layer.name for c in listed.value)} from {layer.name}" for layer in workspace.layers
    )
    yield Finding("Library", State.OK, f"{len(listed.value)} clauses ({counts}), {len(documents)} document types.")


def _output(output: Path) -> Finding:
    """Write and delete a small file where documents would go; a folder that is not there yet stays away."""
    there = output
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.NamedTemporaryFile(prefix=".agreements-", dir=there) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
        free = shutil.disk_usage(there).free // 2**20
    except OSError as error:
        return Finding(
            "Output folder",
            State.PROBLEM,
            f"{output} cannot be written to ({error.strerror or type(error).__name__}).",
            "Choose another one: agreements make --output DIR PROFILE",
        )
    if free < 50:
        return Finding("Output folder", State.ATTENTION, f"{output}: {free} MB left.", "Make some room on that disk.")
    return Finding("Output folder", State.OK, f"{output} can be written to.")


def _encoding(encoding: str) -> Finding:
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return Finding("Encoding", State.OK, "UTF-8.")
    return Finding(
        "Encoding",
        State.ATTENTION,
        f"This terminal speaks {encoding or 'no known encoding'}: some letters show as codes. Files are not affected.",
        "Set PYTHONUTF8=1, or LC_ALL=C.UTF-8.",
    )


def _clock(today: dt.date) -> Finding:
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return Finding("Today", State.ATTENTION, f"{today.isoformat()}, because SOURCE_DATE_EPOCH is set.", "")
    return Finding("Today", State.OK, today.isoformat())

"""A small folder with agreements of ours in it, as they were made, for the tests of what came back."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import cache
from pathlib import Path

from generator.pipeline import Made, make
from generator.returned.reading import Returned, read_returned
from generator.workspace import Workspace
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
BAA, SVC = "business-associate-agreement.docx", "services-agreement.docx"
TODAY = dt.date(2027, 1, 5)

__all__ = ["BAA", "SVC", "Desk", "as_sent", "sent"]


@cache
def sent(*documents: str) -> Made:
    """What we made and sent."""
    made = make(warm_workspace(ROOT, today=TODAY), "profiles/sample.yaml", documents=documents, formats=("docx",))
    assert made.ok, made.diagnostics
    return made


@cache
def as_sent(name: str, *documents: str) -> Returned:
    """One of our files, read once for all tests: what a return is held against."""
    read = read_returned(dict(sent(*documents).files)[name], "sent.docx")
    assert read.value is not None
    return read.value


class Desk:
    """A folder of ours: the profile, the documents made of it, and what came back."""

    def __init__(self, folder: Path, *documents: str) -> None:
        self.folder = folder
        self.made = sent(*documents)
        (folder / "profiles").mkdir()
        shutil.copy(ROOT / "profiles" / "sample.yaml", folder / "profiles" / "sample.yaml")
        self.output = folder / "output" / self.made.folder
        self.output.mkdir(parents=True)
        for name, data in self.made.files:
            (self.output / name).write_bytes(data)

    @property
    def workspace(self) -> Workspace:
        return warm_workspace(self.folder, today=TODAY)

    def file(self, name: str) -> bytes:
        """One of our files."""
        return dict(self.made.files)[name]

    def back(self, data: bytes, name: str = "back.docx") -> str:
        """Put a file that came back into the folder; return its name."""
        (self.folder / name).write_bytes(data)
        return name

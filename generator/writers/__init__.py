"""The formats an agreement can be written in: one file per format, one line in the table.

A writer takes the finished :class:`~generator.model.Agreement` and returns the bytes of one file. It
adds layout and no word of its own. Nothing is loaded before it is asked for: some writers need
large libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from generator.frozen import dataclass

if TYPE_CHECKING:
    from generator.model import Agreement
    from generator.writers.frame import Frame

__all__ = ["WRITERS", "Format", "writer", "written"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line (also the file's ending), what people call it, where its writer is.

    ``takes`` is what the writer takes after the agreement: the Word frame, the look of it, or nothing.
    """

    name: str
    label: str
    module: str
    function: str
    takes: str


WRITERS: dict[str, Format] = {
    "docx": Format("docx", "Word", "generator.writers.docx", "write_docx", "frame"),
    "pdf": Format("pdf", "PDF", "generator.writers.pdf", "write_pdf", "look"),
    "html": Format("html", "web page", "generator.writers.html", "write_html", "look"),
    "txt": Format("txt", "plain text", "generator.writers.text", "write_text", ""),
}


def writer(name: str) -> Callable[..., bytes]:
    """Load and return the writer of the format ``name``.

    Every writer takes the agreement first; ``write_docx`` takes a frame second. Raises KeyError for a
    name that is not in :data:`WRITERS`.
    """
    entry = WRITERS[name]
    module: Any = import_module(entry.module)
    function: Callable[..., bytes] = getattr(module, entry.function)
    return function


def written(agreement: Agreement, name: str, frame: Frame | None, *, clean: bool = False) -> bytes:
    """Return ``agreement`` in the format ``name``, with the frame or its look; without one, in the house's look.

    ``clean`` says that a Word file holds nothing that only helps to find things again.
    """
    takes = WRITERS[name].takes
    if takes == "frame":
        return writer(name)(agreement, frame, clean=clean)
    if takes == "look" and frame is not None:
        return writer(name)(agreement, frame.look)
    return writer(name)(agreement)

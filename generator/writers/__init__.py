"""The formats an agreement can be written in: one file per format, one line in the table.

A writer takes the finished :class:`~generator.model.Agreement` and returns the bytes of one file. It
adds layout and no word of its own. Nothing is loaded before it is asked for: some writers need
large libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from generator.frozen import dataclass

__all__ = ["WRITERS", "Format", "writer"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line (also the file's ending), what people call it, where its writer is."""

    name: str
    label: str
    module: str
    function: str


WRITERS: dict[str, Format] = {
    "docx": Format("docx", "Word", "generator.writers.docx", "write_docx"),
    "pdf": Format("pdf", "PDF", "generator.writers.pdf", "write_pdf"),
    "html": Format("html", "web page", "generator.writers.html", "write_html"),
    "txt": Format("txt", "plain text", "generator.writers.text", "write_text"),
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

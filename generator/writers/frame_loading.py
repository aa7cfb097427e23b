"""Loading a frame: as its plan remembers it where there is one, else by reading the Word file."""

from __future__ import annotations

from generator.diagnostics import Checked
from generator.writers.frame import Frame

__all__ = ["load_frame"]


def load_frame(data: bytes, file: str, plan: bytes | None = None) -> Checked[Frame]:
    """Return the frame ``data``, by its ``plan`` when that belongs to exactly these bytes, else by checking it."""
    if plan is not None:
        frame = Frame.from_plan(plan, data)
        if frame is not None:
            return Checked(frame)
    from generator.writers.frame_check import check_frame  # what takes a Word file apart, needed by few runs

    return check_frame(data, file)

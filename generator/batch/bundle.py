"""Zip files of finished agreements: for one member, or for all. The same files give the same bytes.

Word and PDF files are packed already, so they are stored as they are; text is deflated. Dates, owners and the order of
entries say nothing of the computer. A zip of ten thousand members is written piece by piece and never held in memory.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Final

__all__ = ["write_zip", "zip_bytes"]

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can hold
_PACKED: Final = (".docx", ".pdf", ".zip", ".xlsx")


def write_zip(stream: IO[bytes], files: Iterable[tuple[str, bytes]]) -> int:
    """Write ``files`` (name, content) as a zip file into ``stream``, in their order; return how many there are. Each is
    asked for when the one before it is written.

    Names use slashes and lead nowhere above; a name that does, or that stands twice, raises ``ValueError``.
    """
    seen: set[str] = set()
    with zipfile.ZipFile(stream, "w", allowZip64=True) as package:
        for name, data in files:
            if name.casefold() in seen or name.startswith("/") or ".." in name.split("/") or "\\" in name:
                raise ValueError(name)
            seen.add(name.casefold())
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_STORED if name.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            package.writestr(info, data)
    return len(seen)


def zip_bytes(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip file of ``files`` (name, content); for one member, whose files are small."""
    out = BytesIO()
    write_zip(out, files)
    return out.getvalue()

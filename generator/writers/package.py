"""Zip packages with nothing left to chance: fixed dates, fixed order, the same bytes each time.

A Word file is a zip package (ECMA-376 Part 2, annex C: deflated or stored entries, no encryption).
Entries of a frame that do not change are copied as they lie there, without inflating and deflating
them again for every document.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

from generator.frozen import dataclass

__all__ = ["Entry", "copied_entries", "deflated", "deflated_once", "inflated", "zip_package"]

# Level 3 makes a contract a seventh larger than zlib’s own 6, in half the time.
_LEVEL = 3
_DATE, _TIME = 0x21, 0  # 1 January 1980, 0:00: the earliest date a zip file can hold
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished entry: ``data`` is already packed the way ``method`` says (0 stored, 8 deflated)."""

    name: str
    data: bytes
    size: int
    crc: int
    method: int = zipfile.ZIP_DEFLATED


def deflated(name: str, content: bytes) -> Entry:
    """Pack ``content`` as the entry ``name``."""
    data, crc = _packed(content)
    return Entry(name, data, len(content), crc)


def deflated_once(name: str, content: bytes) -> Entry:
    """Do as :func:`deflated`, for small parts that are the same in most documents, or under several names in one."""
    data, crc = _packed_once(content)
    return Entry(name, data, len(content), crc)


def _packed(content: bytes) -> tuple[bytes, int]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(), zlib.crc32(content)


_packed_once = lru_cache(maxsize=32)(_packed)


def inflated(entry: Entry) -> bytes:
    """Return the content of ``entry``."""
    return entry.data if entry.method == zipfile.ZIP_STORED else zlib.decompress(entry.data, -15)


def copied_entries(data: bytes) -> dict[str, Entry]:
    """Return the entries of the zip file ``data`` by name, packed as they are.

    The file must have been examined before: this raises :class:`zipfile.BadZipFile` for one that is not sound.
    """
    entries = {}
    with zipfile.ZipFile(BytesIO(data)) as package:
        for info in package.infolist():
            if info.is_dir():
                continue
            # The local header repeats the name and has an extra field of its own length (APPNOTE 4.3.7).
            header = data[info.header_offset : info.header_offset + _LOCAL.size]
            if len(header) != _LOCAL.size or header[:4] != b"PK\x03\x04":
                raise zipfile.BadZipFile(info.filename)
            *_, name_length, extra_length = _LOCAL.unpack(header)
            start = info.header_offset + _LOCAL.size + name_length + extra_length
            packed = data[start : start + info.compress_size]
            entries[info.filename] = Entry(info.filename, packed, info.file_size, info.CRC, info.compress_type)
    return entries


def zip_package(entries: Iterable[Entry]) -> bytes:
    """Return a zip file of ``entries`` in the order given."""
    body: list[bytes] = []
    index: list[bytes] = []
    offset = count = 0
    for entry in entries:
        name = entry.name.encode("ascii")
        common = (0, entry.method, _TIME, _DATE, entry.crc, len(entry.data), entry.size, len(name), 0)
        local = _LOCAL.pack(b"PK\x03\x04", 20, *common)
        index += (_CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, 0, 0, 0, 0, offset), name)
        body += (local, name, entry.data)
        offset += len(local) + len(name) + len(entry.data)
        count += 1
    size = sum(map(len, index))
    return b"".join((*body, *index, _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)))

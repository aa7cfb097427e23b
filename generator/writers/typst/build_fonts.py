"""Make the fonts of ours that are parts of others, and ``characters.txt``. Run when a font changes, never at work.

    python generator/writers/typst/build_fonts.py            # characters.txt alone
    python generator/writers/typst/build_fonts.py FOLDER     # the fonts too; needs fontTools

FOLDER holds ``NotoSerif-Regular.ttf``, ``-Bold``, ``-Italic``, ``-BoldItalic`` and ``DejaVuSans.ttf``.

``characters.txt`` says which characters our fonts can print, so that nothing heavy is loaded to ask: a line for
each family, its name and the ranges of Unicode numbers that *every* face of it has; and one, ``borrowed``, for
the letters that the body font takes from the second family. A font's ``cmap`` table is read as OpenType 1.9
defines its formats 4 and 12.
"""

from __future__ import annotations

import struct
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
CHARACTERS = FOLDER / "characters.txt"

# The families in the order in which the template asks them: body; names it cannot write; signs.
FAMILIES = {
    "Caladea": "Caladea-*.ttf",
    "Agreement Serif": "AgreementSerif-*.ttf",
    "Agreement Symbols": "AgreementSymbols.ttf",
}

# Latin with all its accents (Vietnamese too), Greek, Cyrillic, punctuation, money, fractions.
SERIF_CHARACTERS = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF),
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x218B),
)  # fmt: skip
# Boxes to tick, check marks, arrows, comparisons.
SYMBOL_CHARACTERS = (
    (0x2190, 0x2199), (0x21D0, 0x21D4), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265),
    (0x25A0, 0x25A1), (0x25B2, 0x25B2), (0x25B6, 0x25B6), (0x25BC, 0x25BC), (0x25C0, 0x25C0), (0x25C6, 0x25C7),
    (0x25CB, 0x25CB), (0x25CF, 0x25CF), (0x2605, 0x2606), (0x2610, 0x2612), (0x26A0, 0x26A0), (0x2713, 0x2714),
    (0x2717, 0x2718),
)  # fmt: skip


def characters_of(font: bytes) -> frozenset[int]:
    """Return the Unicode numbers that the TrueType file ``font`` has a glyph for."""
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(_u16(font, 4)))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for n in range(_u16(font, start + 2)):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if platform == 0 or (platform == 3 and encoding in {1, 10}):
            found.update(_subtable(font, start + offset))
    return frozenset(found)


def _subtable(font: bytes, at: int) -> Iterable[int]:
    form = _u16(font, at)
    if form == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        for n in range(groups):
            first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
            yield from range(first, last + 1)
    elif form == 4:
        twice = _u16(font, at + 6)
        ends, starts, deltas, offsets = at + 14, at + 16 + twice, at + 16 + 2 * twice, at + 16 + 3 * twice
        for n in range(0, twice, 2):
            first, last, delta, offset = (_u16(font, table + n) for table in (starts, ends, deltas, offsets))
            for character in range(first, min(last, 0xFFFE) + 1):
                if offset:
                    glyph = _u16(font, offsets + n + offset + 2 * (character - first))
                    present = glyph != 0 and (glyph + delta) % 65536 != 0
                else:
                    present = (character + delta) % 65536 != 0
                if present:
                    yield character


def _u16(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2], "big")


def printable(pattern: str) -> frozenset[int]:
    """Return what every packaged font whose file name fits ``pattern`` has, and one can see, or reads as a space."""
    faces = [characters_of(path.read_bytes()) for path in sorted(FONTS.glob(pattern))]
    # Cc, Cf, Co: control characters, those that turn the direction of text, private ones.
    return frozenset(c for c in frozenset.intersection(*faces) if unicodedata.category(chr(c))[0] != "C")


def as_ranges(characters: Iterable[int]) -> str:
    """Return ``characters`` as ranges of hexadecimal numbers: ``20-7E 2122``."""
    runs: list[list[int]] = []
    for c in sorted(characters):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return " ".join(f"{first:X}-{last:X}" if first != last else f"{first:X}" for first, last in runs)


def as_text() -> str:
    """Return what ``characters.txt`` has to hold."""
    families = {name.replace(" ", ""): printable(files) for name, files in FAMILIES.items()}
    families["borrowed"] = frozenset(
        c for c in families["AgreementSerif"] - families["Caladea"] if unicodedata.category(chr(c))[0] in "LM"
    )
    return "".join(f"{name} {as_ranges(characters)}\n" for name, characters in families.items())


def part_of(source: Path, ranges: Iterable[tuple[int, int]], family: str, style: str) -> bytes:
    """Return the characters in ``ranges`` of the font ``source``, under another name, as its licence asks."""
    from io import BytesIO

    from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

    options = Options()
    options.layout_features = ["ccmp", "kern", "locl", "mark", "mkmk"]
    options.hinting = False
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in ranges for c in range(first, last + 1)])
    subsetter.subset(font)
    full = f"{family} {style}"
    names = {1: family, 2: style, 3: full, 4: full, 6: full.replace(" ", "-", 2).replace("-", "", 1)}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def main(arguments: list[str]) -> None:
    """Write the files beside this script."""
    if arguments:
        source = Path(arguments[0])
        for face, style in (("Regular",) * 2, ("Bold",) * 2, ("Italic",) * 2, ("BoldItalic", "Bold Italic")):
            made = part_of(source / f"NotoSerif-{face}.ttf", SERIF_CHARACTERS, "Agreement Serif", style)
            (FONTS / f"AgreementSerif-{face}.ttf").write_bytes(made)
        made = part_of(source / "DejaVuSans.ttf", SYMBOL_CHARACTERS, "Agreement Symbols", "Regular")
        (FONTS / "AgreementSymbols.ttf").write_bytes(made)
    CHARACTERS.write_text(as_text(), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])

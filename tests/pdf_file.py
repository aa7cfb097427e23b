"""Reading a PDF back in the order in which a screen reader hears it: along its structure tree (ISO 32000-1, 14.7).

What is no content (running heads, page numbers, the watermark, headings of a table repeated on its next page)
stands outside that tree. It shares nothing with the writer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

__all__ = ["heard", "page_texts"]


def page_texts(data: bytes) -> list[str]:
    """Return what stands on each page, running heads and all, in the order in which it was put there."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def _marked(data: bytes) -> dict[tuple[int, int], str]:
    """Return the text of each piece of marked content by (page, its id)."""
    out: dict[tuple[int, int], str] = {}
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        text = page.get_textpage()
        for piece in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=4):
            id = pdfium.FPDFPageObj_GetMarkedContentID(piece)
            if id < 0:
                continue
            size = pdfium.FPDFTextObj_GetText(piece.raw, text.raw, None, 0)
            buffer = (ctypes.c_ushort * (size // 2 + 1))()
            pdfium.FPDFTextObj_GetText(piece.raw, text.raw, buffer, size)
            words = bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")
            out[number, id] = out.get((number, id), "") + words
    return out


def heard(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (tags from the outside in, joined by ``/``; text) of every piece of content, in order."""
    texts = _marked(data)
    with pikepdf.open(BytesIO(data)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

        def walk(element: Any, page: int, tags: str) -> Iterator[tuple[str, str]]:
            if not isinstance(element, pikepdf.Dictionary):
                yield tags, texts.get((page, int(element)), "")
                return
            if "/Pg" in element:
                page = pages[element.Pg.objgen]
            if "/MCID" in element:
                yield tags, texts.get((page, int(element.MCID)), "")
            elif "/S" in element:
                kids = element.get("/K", [])
                inside = f"{tags}/{str(element.S)[1:]}"
                for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                    yield from walk(kid, page, inside)

        tops = pdf.Root.StructTreeRoot.K
        for top in tops if isinstance(tops, pikepdf.Array) else [tops]:
            yield from walk(top, 0, "")

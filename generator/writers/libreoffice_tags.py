"""What LibreOffice leaves undone in the tags of a PDF, mended with pikepdf.

Found in LibreOffice 7.4 with PDF/UA asked for:

* the lines of paragraph borders are painted outside all tags; they are decoration and become artifacts
  (ISO 14289-1, 7.1: everything is either tagged or an artifact);
* a paragraph style whose name is that of a standard structure type ("Note") is used as that type, and the type is
  mapped to another (7.1: standard types shall not be remapped); such elements become what they were mapped to;
* a drawing without alternative text, like the watermark of a draft, is a Figure without one (7.3); it becomes an
  artifact.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pikepdf

__all__ = ["mend_tags"]

# ISO 32000-1, 14.8.4
_STANDARD: Final = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private "
    "P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody "
    "Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP "
    "Figure Formula Form".split()
)
# ISO 32000-1, tables 59 and 60: operators that begin or go on with a path, and that end one.
_PATH: Final = frozenset({"m", "l", "c", "v", "y", "h", "re", "W", "W*"})
_PAINT: Final = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})


def mend_tags(pdf: pikepdf.Pdf) -> None:
    """Change the tagged ``pdf`` in place so that all content is tagged or an artifact."""
    root: Any = pdf.Root.StructTreeRoot
    _unmap_standard_types(root)
    hidden = _take_out_bare_figures(root)
    for page in pdf.pages:
        _mark_artifacts(pdf, page, hidden[page.obj.objgen])


def _elements(element: Any) -> list[Any]:
    """Return the structure elements right below ``element``."""
    import pikepdf

    kids = element.get("/K", [])
    return [k for k in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(k, pikepdf.Dictionary)]


def _walk(root: Any) -> list[Any]:
    found, todo = [], _elements(root)
    while todo:
        element = todo.pop()
        if "/S" in element:
            found.append(element)
            todo += _elements(element)
    return found


def _unmap_standard_types(root: Any) -> None:
    roles = root.get("/RoleMap", {})
    wrong = {str(name): roles[name] for name in list(roles) if str(name)[1:] in _STANDARD}
    if wrong:
        for element in _walk(root):
            element.S = wrong.get(str(element.S), element.S)
        for name in wrong:
            del roles[name]


def _take_out_bare_figures(root: Any) -> defaultdict[tuple[int, int], set[int]]:
    """Take Figures without words for them out of the tree; return their marked content by page."""
    import pikepdf

    hidden: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for element in _walk(root):
        kids = element.get("/K", [])
        if (
            str(element.S) != "/Figure"
            or str(element.get("/Alt", ""))
            or "/ActualText" in element
            or _elements(element)
        ):
            continue
        numbers = [int(k) for k in (kids if isinstance(kids, pikepdf.Array) else [kids])]
        if "/Pg" not in element:
            continue
        hidden[element.Pg.objgen].update(numbers)
        parent = element.P
        kept = [k for k in (parent.K if isinstance(parent.K, pikepdf.Array) else [parent.K]) if k != element]
        parent.K = pikepdf.Array(kept)
        _forget_parents(root, element.Pg, numbers)
    return hidden


def _forget_parents(root: Any, page: Any, numbers: list[int]) -> None:
    import pikepdf

    tree = pikepdf.NumberTree(root.ParentTree)
    key = int(page.get("/StructParents", -1))
    if key in tree:
        parents: Any = tree[key]
        for number in numbers:
            parents[number] = None


def _mark_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page, hidden: set[int]) -> None:
    """Put what ``page`` paints outside all tags, and the marked content ``hidden``, into artifacts."""
    import pikepdf

    begin = pikepdf.ContentStreamInstruction([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))
    end = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))
    out: list[Any] = []
    depth, path, changed = 0, -1, False  # path: where in `out` the path under way begins
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            depth += 1
            properties = instruction.operands[1] if operator == "BDC" else None
            if isinstance(properties, pikepdf.Dictionary) and properties.get("/MCID", -1) in hidden:
                instruction, changed = begin, True
        elif operator == "EMC":
            depth -= 1
        elif operator in _PATH:
            path = len(out) if path < 0 else path
        elif operator in _PAINT and depth == 0:
            out.insert(path if path >= 0 else len(out), begin)
            out += (instruction, end)
            path, changed = -1, True
            continue
        else:
            path = -1
        out.append(instruction)
    if changed:
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(out))

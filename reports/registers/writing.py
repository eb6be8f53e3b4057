"""Registers as files: CSV and XLSX in which text stays text, and JSON."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from accounts.spreadsheet import table
from engine.canonical import canonical
from reports.registers.register import LIMITS, Cell, Register

LONGEST_CELL: Final = 32_767
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ELSEWHERE: Final = " … (shortened here: whole in CSV and JSON)"
BOLD: Final = Font(bold=True)
IN_LINES: Final = Alignment(wrap_text=True, vertical="top")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
MOMENT: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
WIDTHS: Final = (12, 60)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of export: its media type and how registers are written in it."""

    media_type: str
    write: Callable[[Sequence[Register]], bytes]


def csv(registers: Sequence[Register]) -> bytes:
    """One register as CSV in UTF-8 with a mark, as spreadsheets expect it; the first row holds the headings."""
    (register,) = registers
    heads = [column.heading for column in register.definition.columns]
    return table([heads, *(map(_said, row) for row in register.rows)]).encode("utf-8-sig")


def _said(cell: Cell) -> Any:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def json(registers: Sequence[Register]) -> bytes:
    """Registers as canonical JSON, by name: title, what they are of, headings and rows."""
    return canonical({register.definition.name: as_json(register) for register in registers})


def as_json(register: Register) -> Mapping[str, Any]:
    return {
        "title": register.definition.title,
        "purpose": register.definition.purpose,
        "limits": LIMITS,
        "head": [{"name": name, "value": value} for name, value in register.head],
        "columns": [{"key": c.key, "heading": c.heading} for c in register.definition.columns],
        "rows": register.records(),
    }


def xlsx(registers: Sequence[Register]) -> bytes:
    """A workbook with a sheet for each register. Every text is written as text: none is a formula."""
    book = Workbook(write_only=True)
    for register in registers:
        sheet = book.create_sheet(register.definition.title[:31])
        sheet.freeze_panes = f"A{len(register.head) + 5}"
        for number, column in enumerate(register.definition.columns):
            wide = max((len(str(row[number] or "")) for row in register.rows[:200]), default=0)
            letter = _letter(number)
            sheet.column_dimensions[letter].width = min(max(wide, len(column.heading), WIDTHS[0]), WIDTHS[1])
        sheet.append([_text(sheet, register.definition.title, bold=True)])
        for name, value in register.head:
            sheet.append([_text(sheet, name), _text(sheet, value)])
        sheet.append([_text(sheet, LIMITS)])
        sheet.append([])
        sheet.append([_text(sheet, c.heading, bold=True) for c in register.definition.columns])
        for row in register.rows:
            sheet.append([_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def timeless(book: bytes) -> bytes:
    """A workbook without the moment at which it was written, so that equal registers give equal bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as written,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for entry in written.infolist():
            content = written.read(entry)
            if entry.filename == "docProps/core.xml":
                content = MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            kept.writestr(zipfile.ZipInfo(entry.filename, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _letter(number: int) -> str:
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _cell(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, bool):
        return _text(sheet, "yes" if cell else "no")
    if cell is None or isinstance(cell, int | Decimal | date):
        return cell
    return _text(sheet, cell)


def _text(sheet: Any, text: str, *, bold: bool = False) -> WriteOnlyCell | str:
    """A text as text. Only what would be read as a formula or an error, or stands in lines, needs a cell of its own."""
    kept = UNWRITABLE.sub("", text)
    if len(kept) > LONGEST_CELL:
        kept = kept[: LONGEST_CELL - len(ELSEWHERE)] + ELSEWHERE
    if not bold and "\n" not in kept and not kept.startswith(("=", "#")):
        return kept
    cell = WriteOnlyCell(sheet, kept)
    cell.data_type = "s"
    if bold:
        cell.font = BOLD
    if "\n" in kept:
        cell.alignment = IN_LINES
    return cell


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("text/csv; charset=utf-8", csv),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "json": Form("application/json", json),
}

"""Formulas of Excel as they are compiled ([MS-XLS] 2.5.198, [MS-XLSB] 2.5.97): tokens back to text, for BIFF 5, 8, 12.

Only what judges of macros need is named; other functions are told by number. What cannot be read ends the formula.
"""

from __future__ import annotations

from struct import unpack_from

TOKENS = 2_000  # of one formula
STACK = 256
FORMULA_CHARS = 4_000
OPERATORS = (
    "+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":",
)  # fmt: skip
# [MS-XLS] 2.5.198.17 Ftab and 2.5.198.3 Cetab (with 0x8000): those that macros of malware use, or that join texts.
FUNCTIONS = {
    0: "COUNT", 1: "IF", 2: "ISNA", 3: "ISERROR", 4: "SUM", 8: "ROW", 9: "COLUMN", 10: "NA", 31: "MID", 32: "LEN",
    33: "VALUE", 34: "TRUE", 35: "FALSE", 36: "AND", 37: "OR", 38: "NOT", 53: "GOTO", 54: "HALT", 55: "RETURN",
    63: "RAND", 74: "NOW", 84: "ERROR", 85: "STEP", 86: "TYPE", 87: "ECHO", 88: "SET.NAME", 89: "CALLER",
    94: "ACTIVE.CELL", 96: "RESULT", 104: "INPUT", 106: "GET.FORMULA", 107: "GET.NAME", 108: "SET.VALUE", 110: "EXEC",
    111: "CHAR", 112: "LOWER", 113: "UPPER", 115: "LEFT", 116: "RIGHT", 119: "REPLACE", 120: "SUBSTITUTE", 121: "CODE",
    123: "DIRECTORY", 124: "FIND", 132: "FOPEN", 133: "FCLOSE", 134: "FSIZE", 135: "FREADLN", 136: "FREAD",
    137: "FWRITELN", 138: "FWRITE", 148: "INDIRECT", 149: "REGISTER", 150: "CALL", 175: "INITIATE", 176: "REQUEST",
    177: "POKE", 178: "EXECUTE", 185: "GET.CELL", 186: "GET.WORKSPACE", 187: "GET.WINDOW", 188: "GET.DOCUMENT",
    201: "UNREGISTER", 255: "USER", 257: "EVALUATE", 267: "REGISTER.ID", 336: "CONCATENATE", 359: "HYPERLINK",
    0x8001: "OPEN", 0x8003: "CLOSE.ALL", 0x8004: "SAVE", 0x8005: "SAVE.AS", 0x8006: "FILE.DELETE", 0x800A: "QUIT",
    0x8010: "CLOSE", 0x8011: "RUN", 0x8060: "FORMULA", 0x8061: "FORMULA.FILL",
    0x8062: "FORMULA.ARRAY", 0x8076: "ALERT", 0x8094: "ON.TIME", 0x80BC: "OPEN.MAIL", 0x8148: "VBA.INSERT.FILE",
    0x817F: "WORKBOOK.HIDE",
}  # fmt: skip
COUNTS = {
    10: 0, 31: 3, 34: 0, 35: 0, 63: 0, 74: 0, 94: 0, 108: 2, 119: 4, 136: 2, 137: 2, 138: 2, 19: 0, 39: 2, 176: 2,
    177: 3, 178: 2, 117: 2, 27: 2, 97: 2, 48: 2, 65: 3, 66: 3, 30: 2, 162: 1,
}  # fmt: skip
MACRO_ONLY = (
    "EXEC(", "CALL(", "REGISTER(", "HALT(", "FORMULA(", "SET.VALUE(", "SET.NAME(", "FOPEN(", "GET.WORKSPACE(", "ALERT(",
    "GET.CELL(", "EVALUATE(", "GOTO(", "RETURN(", "EXECUTE(", "VBA.INSERT.FILE(", "FORMULA.FILL(", "REGISTER.ID(",
)  # fmt: skip
# Bytes of operands by token, for BIFF 5, 8 and 12: those that have no other meaning here than their length.
SIZES = {
    0x01: (4, 4, 4), 0x02: (4, 4, 4), 0x18: (5, 5, 5), 0x1C: (1, 1, 1), 0x1D: (1, 1, 1), 0x20: (7, 7, 14),
    0x23: (14, 4, 4), 0x24: (3, 4, 6), 0x25: (6, 8, 12), 0x26: (6, 6, 6), 0x27: (6, 6, 6), 0x28: (6, 6, 6),
    0x29: (2, 2, 2), 0x2A: (3, 4, 6), 0x2B: (6, 8, 12), 0x2C: (3, 4, 6), 0x2D: (6, 8, 12), 0x39: (24, 6, 6),
    0x3A: (17, 6, 8), 0x3B: (20, 10, 14), 0x3C: (17, 6, 8), 0x3D: (20, 10, 14),
}  # fmt: skip
COLUMN = {5: 0, 8: 1, 12: 2}


def place(row: int, column: int) -> str:
    """A cell as Excel names it."""
    letters, column = "", column & 0x3FFF
    while True:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
        if column < 0:
            return f"{letters}{row + 1}"


def text_of(raw: bytes, biff: int, names: list[str] | None = None) -> str:
    """The formula as text, as far as it can be read."""
    stack: list[str] = []
    at, end, count = 0, len(raw), 0
    while at < end and count < TOKENS:
        token, count = raw[at], count + 1
        base = (token & 0x1F) | 0x20 if token >= 0x20 else token
        size = _token(raw, at + 1, base, biff, stack, names or [])
        if size < 0:
            stack.append("?")
            break
        at += 1 + size
        if stack:
            stack[-1] = stack[-1][-FORMULA_CHARS:]
        del stack[:-STACK]
    return " ".join(stack)[-FORMULA_CHARS:]


def _token(raw: bytes, at: int, base: int, biff: int, stack: list[str], names: list[str]) -> int:  # noqa: PLR0917
    """One token on the stack; gives the bytes of its operands, or less than none where they are cut short."""
    if base <= 0x16:
        return _operator(base, stack) if base > 2 else _operand(raw, at, base, biff, stack, names)
    if base == 0x17:
        return _string(raw, at, biff, stack)
    if at + 2 > len(raw):
        return -1
    if base == 0x19:
        more = 2 * (unpack_from("<H", raw, at + 1)[0] + 1) if raw[at] & 4 and at + 3 <= len(raw) else 0
        if raw[at] & 0x10 and stack:
            stack[-1] = f"SUM({stack[-1]})"
        return 3 + more
    if base == 0x1E:
        stack.append(str(unpack_from("<H", raw, at)[0]))
        return 2
    if base == 0x1F:
        if at + 8 > len(raw):
            return -1
        stack.append(f"{unpack_from('<d', raw, at)[0]:g}")
        return 8
    if base in {0x21, 0x22}:
        return _function(raw, at, base == 0x22, stack)
    return _operand(raw, at, base, biff, stack, names)


def _operator(base: int, stack: list[str]) -> int:
    if base <= 0x11 and len(stack) > 1:
        right = stack.pop()
        stack[-1] = f"{stack[-1]}{OPERATORS[base - 3]}{right}"
    elif base == 0x13 and stack:
        stack[-1] = f"-{stack[-1]}"
    elif base == 0x15 and stack:
        stack[-1] = f"({stack[-1]})"
    elif base == 0x16:
        stack.append("")
    return 0


def _string(raw: bytes, at: int, biff: int, stack: list[str]) -> int:
    text, size = short_text(raw, at, biff)
    if size < 0:
        return -1
    stack.append('"' + text.replace('"', '""') + '"')
    return size


def short_text(raw: bytes, at: int, biff: int) -> tuple[str, int]:
    """A text with its length before it, and the bytes of both."""
    head = {5: 1, 8: 2, 12: 2}[biff]
    if at + head > len(raw):
        return "", -1
    count = raw[at] if biff < 12 else unpack_from("<H", raw, at)[0]
    is_wide = biff == 12 or (biff == 8 and bool(raw[at + 1] & 1))
    body = raw[at + head : at + head + count * (2 if is_wide else 1)]
    return body.decode("utf-16-le" if is_wide else "latin-1", "replace"), head + len(body)


def _function(raw: bytes, at: int, is_variable: bool, stack: list[str]) -> int:
    """2.5.198.62, .63: a call with a fixed number of arguments, or with the number said."""
    if is_variable and at + 3 > len(raw):
        return -1
    number = unpack_from("<H", raw, at + is_variable)[0]
    count = min(raw[at] & 0x7F if is_variable else COUNTS.get(number, 1), len(stack))
    given = stack[len(stack) - count :]
    del stack[len(stack) - count :]
    name = FUNCTIONS.get(number, f"F{number:X}")
    if number == 255 and given:
        name, given = given[0], given[1:]
    stack.append(f"{name}({','.join(given)})"[:FORMULA_CHARS])
    return 3 if is_variable else 2


def _operand(raw: bytes, at: int, base: int, biff: int, stack: list[str], names: list[str]) -> int:  # noqa: PLR0917
    """References and names, which are told by place."""
    sizes = SIZES.get(base)
    if sizes is None:
        return -1
    size = sizes[COLUMN[biff]]
    if at + size > len(raw):
        return -1
    shown = "#REF"
    if base in {0x24, 0x2C}:
        form = {5: "<HB", 8: "<HH", 12: "<IH"}[biff]
        row, column = unpack_from(form, raw, at)
        shown = place(row & 0x3FFF if biff == 5 else row, column)
    elif base == 0x3A and biff != 5:
        shown = "sheet!" + place(*unpack_from("<HH" if biff == 8 else "<IH", raw, at + 2))
    elif base == 0x23:
        number = unpack_from("<H", raw, at)[0]
        shown = names[number - 1] if 0 < number <= len(names) else f"name{number}"
    elif base in {0x1C, 0x1D}:
        shown = str(raw[at])
    elif base == 0x39:
        shown = "outer"
    if base not in {0x26, 0x27, 0x28, 0x29, 0x01, 0x02}:
        stack.append(shown)
    return size

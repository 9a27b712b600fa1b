"""Bytes of a text file become rows of cells, whatever program wrote them; nothing is guessed silently.

A quotation mark that is never closed is an error with its line. Most readers would take the rows after it
for one long cell.
"""

from __future__ import annotations

import csv
import io
import itertools
from contextlib import suppress

from peerbook.errors import DataError

MARKS = ",;\t|"
SAMPLE = 25  # lines the separator is found by
WESTERN = ["cp1252", "mac_roman", "cp850"]
LONGEST = 1_000_000  # characters of one cell
LARGEST = 300_000_000  # bytes of one file
DAMAGED = "\N{REPLACEMENT CHARACTER}"


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and the encoding it was read in.

    Parameters
    ----------
    raw : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    DataError
        If the bytes are no text, or too many.

    Notes
    -----
    A byte order mark decides; then UTF-8 if every byte fits; then UTF-16 if every second byte is zero; then
    what charset-normalizer finds most likely among the encodings of Western Europe.
    """
    if len(raw) > LARGEST:
        raise DataError(f"{name}: {len(raw)} bytes; at most {LARGEST} are read. Export fewer rows at a time.")
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encoding = next((marked[mark] for mark in marked if raw.startswith(mark)), "")
    if not encoding and len(raw) > 3 and b"\0" in raw[:4]:
        encoding = "utf-16-le" if raw[1] == 0 else "utf-16-be"
    for tried in [encoding] if encoding else ["utf-8", _likely(raw)]:
        try:
            text = raw.decode(tried)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" in text:
            break
        return text, tried.removesuffix("-sig")
    raise DataError(
        f"{name}: the bytes are no text that can be read. Export the file again as CSV, in UTF-8 if it asks."
    )


def decode_whole(raw: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and its encoding, even if some bytes of it are damaged.

    Parameters
    ----------
    raw : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    DataError
        If the bytes are no text.

    Notes
    -----
    UTF-8 of which a few bytes are damaged stays UTF-8, with a mark in their place. What is not UTF-8 was
    saved on Windows, as a rule: one project is not read in two encodings that both fit.
    """
    zeros = raw.count(b"\0")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or zeros > len(raw) // 10:
        return decode(raw, name)
    text = raw.decode("utf-8-sig", "replace")
    damaged = text.count(DAMAGED)
    if not damaged:
        return text, "utf-8"
    if sum(not letter.isascii() for letter in text) > 3 * damaged:
        return text, "utf-8, with damaged bytes"
    return raw.decode("cp1252", "replace"), "cp1252"


def _likely(raw: bytes) -> str:
    """Return the encoding of Western Europe that a file of another than UTF-8 most likely has."""
    from charset_normalizer import from_bytes

    found = from_bytes(raw, cp_isolation=WESTERN).best()
    return found.encoding if found else "cp1252"


def separator(text: str) -> str:
    r"""Return the mark between cells: the one that cuts most of the first lines into the most equal rows.

    Examples
    --------
    >>> separator("a;b;c\n1;2,5;3\n")
    ';'
    """
    scores = {}
    for mark in MARKS:
        cut = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        widths = []
        with suppress(csv.Error):  # `rows` says what is wrong, and where
            widths += [len(row) for row in itertools.islice(cut, SAMPLE) if row]
        common = max(set(widths), key=widths.count, default=0)
        scores[mark] = (common > 1) * widths.count(common) * common
    return max(MARKS, key=lambda mark: scores[mark])


def rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Return the line on which each row begins, and its cells; blank lines have none.

    Raises
    ------
    DataError
        At the row whose quotation mark is not closed in its cell, or that has too long a cell.
    """
    first, _, rest = text.partition("\n")
    offset = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own first line
        mark, text, offset = first.strip()[4], rest, 1
    else:
        mark = separator(text)
    reader, start, width = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), 1, 0
    found = []
    limit = csv.field_size_limit(LONGEST)
    try:
        for cells in reader:
            width = width or len(cells)
            if any(_holds_rows(cell, mark, width) for cell in cells):
                raise csv.Error("rows in a cell")
            found.append((start + offset, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        where = f"{name}, row that begins on line {start + offset}"
        if "larger than" in str(error) and '"' not in text:
            raise DataError(f"{where}: a cell of more than {LONGEST} characters. Remove it.") from error
        raise DataError(
            f"{where}: a quotation mark is not closed in its cell, so the rows after it would run together. "
            'Double or remove the mark (""), and import again.'
        ) from error
    finally:
        csv.field_size_limit(limit)
    return found


def _holds_rows(cell: str, mark: str, width: int) -> bool:
    """Return whether a cell has a line break, and beyond it as many cells as a row."""
    if "\n" not in cell or width < 3:
        return False
    return any(line.count(mark) >= width - 1 for line in cell.split("\n"))

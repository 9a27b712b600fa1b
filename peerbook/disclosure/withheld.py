"""What stands in the place of a number that is withheld.

A withheld number is a missing number (NaN) that can be told from other missing numbers: it carries a payload
of its own. What computes with missing numbers computes with it, and what writes numbers writes the mark.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pandas as pd

MARK = "[c]"  # confidential, as in British official statistics
_BITS = 0x7FF8_0000_0000_0C0C
WITHHELD: float = struct.unpack("<d", struct.pack("<Q", _BITS))[0]
_PAYLOAD = 0xFFFF


def is_withheld(value: Any) -> bool:
    """Say whether a value is a withheld number, or the mark of one.

    Examples
    --------
    >>> is_withheld(WITHHELD), is_withheld(float("nan")), is_withheld(0), is_withheld("[c]")
    (True, False, False, True)
    """
    if isinstance(value, str):
        return value == MARK
    if not isinstance(value, float):
        return False
    return value != value and struct.unpack("<Q", struct.pack("<d", value))[0] & _PAYLOAD == _BITS & _PAYLOAD


def marked(data: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose withheld numbers are written as the mark; other columns stay as they are.

    In a column with a mark the other numbers are written as a CSV has them, with ten significant digits.

    Examples
    --------
    >>> marked(pd.DataFrame({"n": [10.0, WITHHELD, None]})).to_csv(index=False).split()
    ['n', '10', '[c]', '""']
    """
    changed = {}
    for place, column in enumerate(data):
        values = data.iloc[:, place]
        where = withheld_in(values)
        if where.any():
            written = [f"{value:.10g}" if isinstance(value, float) else value for value in values]
            known = values.notna().to_numpy() | where
            changed[column] = pd.Series(written, values.index, dtype=object).where(known).where(~where, MARK)
    return data.assign(**changed) if changed else data


def withheld_in(values: pd.Series) -> np.ndarray:
    """Say of each value whether it is withheld, as an array of bool of the same length."""
    if pd.api.types.is_float_dtype(values.dtype) and isinstance(values.dtype, np.dtype):
        floats = values.to_numpy()
        bits = np.ascontiguousarray(floats, dtype=np.float64).view(np.uint64)
        return np.isnan(floats) & ((bits & _PAYLOAD) == (_BITS & _PAYLOAD))
    if values.dtype == object:
        return np.array([is_withheld(value) for value in values], dtype=bool)
    return np.zeros(len(values), dtype=bool)

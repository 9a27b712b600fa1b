"""How far a printed number may be from the number it was rounded from."""

from __future__ import annotations

from decimal import Decimal

# Binary floats miss exact decimal halves by about 1e-15 times their size; no printed digit is that fine.
GUARD = 1e-9


def decimals_of(number: float) -> int:
    """Count the decimals a number needs.

    Examples
    --------
    >>> decimals_of(2.34), decimals_of(20.0), decimals_of(-0.2)
    (2, 0, 1)
    """
    return max(0, -Decimal(repr(float(number))).normalize().as_tuple().exponent)


def half_unit(decimals: int) -> float:
    """Half of the last printed digit: 0.05 for one decimal.

    Examples
    --------
    >>> half_unit(1)
    0.05
    """
    return 0.5 * 10.0**-decimals


def rounds_to(exact: float, printed: float, decimals: int) -> bool:
    """Say whether a number could have been rounded to what is printed.

    Parameters
    ----------
    exact : float
        The number before rounding.
    printed : float
        The number on the page.
    decimals : int
        Decimals the table prints. A cell that shows more is held to what it shows.

    Returns
    -------
    bool
        True within half a unit of the last digit; an exact half may go either way.

    Examples
    --------
    >>> rounds_to(100 * 11 / 16, 68.8, 1), rounds_to(100 / 43, 2.34, 1)
    (True, False)
    """
    return abs(exact - printed) <= half_unit(max(decimals, decimals_of(printed))) + GUARD

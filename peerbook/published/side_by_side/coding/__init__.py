"""The printed tables of the qualitative chapters, their code lists, and the index of quotations.

The index says who is quoted, where and under which heading; it holds no words of anyone.
Every list has a `status`: printed, derived (from printed marks), inferred or proposed (a reader's judgement).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from peerbook.errors import ParameterError

FOLDER = Path(__file__).parent


def load(name: str) -> pd.DataFrame:
    """Read one list, every cell as text, blanks as empty text.

    =================  ==============================================================
    name               what it holds
    =================  ==============================================================
    table_5_1 ...      Tables 5.1 to 5.6, 6.1 and 7.1 as printed
    codebooks          every code: word groups, themes, components, values, decisions
    links              which code counts towards, or rests on, which other
    lexicon            phrases of each group of words of Table 5.2
    decisions          options of the five key decisions, by approach
    quotations         726 quotations: segment, person, line, code; no text
    shared_extracts    extracts of Table 5.5 that serve two components
    =================  ==============================================================

    Parameters
    ----------
    name : str
        A name of the list above.

    Raises
    ------
    ParameterError
        If there is no list of that name.

    Examples
    --------
    >>> load("table_5_2").head(1).to_dict("records")
    [{'group': 'Empathy', 'n': '36', 'percent': '23', 'line': '1603'}]
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.csv")))
        raise ParameterError(
            f"No printed list of the qualitative chapters is called {name!r}. Known: {known}."
        )
    return pd.read_csv(path, dtype=str, keep_default_na=False)

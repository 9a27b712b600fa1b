"""Fit one large model in a process of its own: `python -m tests.benchmarks.large 10000000`.

Prints seconds, and the peak of memory that the arrays and the fit take together over that of the arrays.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from peerbook.stats import random_intercept


def peak() -> int:
    """Peak memory of this process so far, in bytes (Linux counts in kilobytes)."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(rows: int) -> None:
    """Draw a frame with three groups for every ten rows, fit and print."""
    random = np.random.default_rng(0)
    person = random.integers(0, 3 * rows // 10, rows)
    x = random.normal(size=rows)
    frame = pd.DataFrame({"person": person, "x": x, "y": 0.5 * x + random.normal(size=rows)})
    del person, x
    random_intercept("y ~ x", frame.head(1000).assign(person=np.arange(1000) // 3), "person")  # imports
    arrays, before, start = frame.memory_usage().sum(), peak(), time.perf_counter()
    random_intercept("y ~ x", frame, "person").f_tests()
    print(time.perf_counter() - start, 1 + (peak() - before) / arrays)


if __name__ == "__main__":
    main(int(sys.argv[1]))

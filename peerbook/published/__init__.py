"""What the published evaluation printed, as data: tables and the numbers of its prose.

`load` reads a printed table; misprints are kept beside the reading that repairs them.
"""

from __future__ import annotations

from peerbook.published.tables import TABLES, as_printed, load

__all__ = ["TABLES", "as_printed", "load"]

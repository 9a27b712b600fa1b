"""What a table, a figure and a sentence are: id, caption, alternative text, data to download.

A chapter makes outputs with `table`, `figure` and `text`; a notebook shows them with `shelf`.
"""

from __future__ import annotations

from peerbook.outputs.output import Form, Output, OutputError, figure, label, shelf, table, text

__all__ = ["Form", "Output", "OutputError", "figure", "label", "shelf", "table", "text"]

"""The one family of errors that users meet, and the exit code of each.

Every message says what was found, where, what was expected and what to do about it.
The command line prints the message without a traceback and ends with the class's exit code;
any other exception is a fault of peerbook and keeps its traceback.
"""

from __future__ import annotations


class PeerbookError(Exception):
    """Something a user can put right."""

    exit_code = 1


class DataError(PeerbookError, ValueError):
    """Raw data, or a description of them, are not as `data_schema/` says."""

    exit_code = 10


class ParameterError(PeerbookError, ValueError):
    """A parameter, a chapter or an option has an unknown name or a value of the wrong type."""

    exit_code = 11


class ChapterError(PeerbookError):
    """A notebook stopped at a cell."""

    exit_code = 12


class BookError(PeerbookError):
    """The executed chapters could not be put together into a book."""

    exit_code = 13


class ModelError(PeerbookError, ValueError):
    """A statistical model cannot be fitted to the rows it was given."""

    exit_code = 14


class DisclosureError(PeerbookError):
    """Something that is to be published was not checked for what it tells about people."""

    exit_code = 15

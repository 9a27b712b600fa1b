"""A process that has imported what chapters need; the workers of a build and their kernels are forks of it.

A Python that starts afresh spends seconds of work on imports before the first cell of a chapter. A fork has
them at once, and memory of its own: what one chapter changes, no other sees.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

# Elsewhere there is no fork (Windows), or libraries of the system do not outlive one (macOS).
AVAILABLE = sys.platform == "linux"

_WARM = "PEERBOOK_WARM"  # in the environment of the warm process and its forks

# What executes chapters.
EXECUTING = ("ipykernel.ipkernel", "ipykernel.kernelapp", "papermill", "peerbook.builder.kernel", "yaml")
# What many of them import only inside functions.
HEAVY = (
    "pandas",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "scipy.optimize",
    "scipy.stats",
    "statsmodels.stats.multitest",
)
# Nothing is imported from the folder the build happens to be started in; a kernel adds its own.
_SERVE = """import sys; sys.path[:] = filter(None, sys.path)
from peerbook.builder.warm import serve; serve(int(sys.argv[1]))"""


class Warm:
    """A warm process. It can be started ahead, and imports what it can until it is asked for something."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | BaseProcess | None = None
        self._pipe: Connection | None = None
        self._asked = False

    def start(self) -> None:
        """Let the process import; within a warm process a fork of it will do, which has nothing to import."""
        if self._pipe:
            return
        ours, theirs = Pipe()
        if is_within():
            self._process = get_context("fork").Process(target=_serve_in_fork, args=(ours, theirs))
            self._process.start()
        else:
            command = [sys.executable, "-c", _SERVE, str(theirs.fileno())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()
        self._pipe = ours

    def run(
        self,
        function: Callable[..., Any],
        calls: Iterable[Sequence[Any]],
        jobs: int,
        modules: Iterable[str] = (),
        temporary: Path | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """Call a function in forks of the process, each call in a fork of its own; then it has ended.

        Parameters
        ----------
        function
            What to call; it and its arguments can be pickled.
        calls
            Arguments of each call.
        jobs
            How many at a time.
        modules
            What the process imports, with `HEAVY`, if there are more calls than jobs. One that cannot be
            imported is left to the calls.
        temporary
            Folder for the temporary files of the calls; by default the system's.

        Yields
        ------
        (int, Any)
            Number of a call, counted from zero, and what it returned; None if its process was killed.

        Raises
        ------
        Exception
            What a call raised.
        """
        self.start()
        calls = list(calls)
        many = len(calls) > jobs  # what each call needs once is not worth importing for the others
        wanted = [*EXECUTING, *(HEAVY if many else ()), *(modules if many else ())]
        open_calls = set(range(len(calls)))
        try:
            self._asked = True
            self._pipe.send((function, calls, jobs, wanted, temporary))
            while open_calls:
                number, result = self._pipe.recv()
                open_calls.remove(number)
                if isinstance(result, Exception):
                    raise result
                yield number, result
        except (EOFError, ConnectionError):  # the warm process was killed, and with it its forks
            yield from ((number, None) for number in sorted(open_calls))
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process: with its calls, when nobody listens to it; at once, if there are none."""
        if self._pipe is None:
            return
        pipe, process, self._pipe, self._process = self._pipe, self._process, None, None
        pipe.close()
        if not self._asked:
            process.kill()
        process.wait() if isinstance(process, subprocess.Popen) else process.join()


def is_within() -> bool:
    """Whether this is a fork of a warm process, as where one of many books is built.

    It may fork again, and so has no threads that could hold a lock by then.
    """
    return bool(os.environ.get(_WARM))


def _serve_in_fork(ours: Connection, theirs: Connection) -> None:
    ours.close()  # so that this process notices the end of the build
    _serve(theirs)


def serve(number: int) -> None:
    """Be the warm process: import, then fork for each call, until all are done or the build is no more."""
    _serve(Connection(number))


def _serve(build: Connection) -> None:
    os.environ[_WARM] = "yes"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides
    with build:
        _import_ahead(build)
        try:
            function, calls, jobs, modules, temporary = build.recv()
        except EOFError:  # it was not needed
            return
        if temporary:
            os.environ["TMPDIR"], tempfile.tempdir = str(temporary), None  # it is remembered otherwise
        _import(modules)
        if jobs > 1:
            _share_no_work()
        waiting, running = list(enumerate(calls)), {}
        while waiting or running:
            while waiting and len(running) < jobs:
                at, arguments = waiting.pop(0)
                receiver, process = _fork(build, function, arguments)
                running[receiver] = at, process
            ended = wait([build, *running])
            if build in ended:  # it says nothing more, so this is its end
                for _, process in running.values():
                    process.kill()
                return
            for receiver in ended:
                at, process = running.pop(receiver)
                build.send((at, _received(receiver)))
                process.join()


def _import_ahead(build: Connection) -> None:
    """Import what chapters will need, until the build says what it wants, or is no more."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel does
    for module in (*EXECUTING, *HEAVY):
        if build.poll():
            return
        _import_one(module)


def _import_one(module: str) -> None:
    """Import a module as a kernel would; a chapter says better what is wrong with it."""
    with suppress(Exception):
        importlib.import_module(module)


def _import(modules: Iterable[str]) -> None:
    """Import what calls need, and make this process ready to be forked."""
    for module in modules:
        _import_one(module)
    _prepare_notebooks()
    gc.freeze()  # forks share these objects as long as nothing touches them
    # Drawing and tables make many small objects, and to look among them for rubbish is a tenth of the work.
    gc.set_threshold(50_000, 20, 50)


def _prepare_notebooks() -> None:
    """Let the schema of notebooks be compiled once, not in each fork."""
    import nbformat

    nbformat.validate(nbformat.v4.new_notebook())


def _share_no_work() -> None:
    """Let calls do their work in one process each: the others run beside them, and are as busy."""
    from joblib import parallel_config

    parallel_config(backend="sequential")  # of this thread, which forks go on with


def _fork(
    build: Connection, function: Callable[..., Any], arguments: Sequence[Any]
) -> tuple[Connection, Any]:
    receiver, sender = Pipe(duplex=False)
    process = get_context("fork").Process(target=_call, args=(build, sender, function, arguments))
    process.start()
    sender.close()
    return receiver, process


def _call(
    build: Connection, sender: Connection, function: Callable[..., Any], arguments: Sequence[Any]
) -> None:
    build.close()  # so that the build notices the end of the warm process
    try:
        result = function(*arguments)
    except Exception as error:
        result = _that_travels(error)
    sender.send(result)


def _that_travels(error: Exception) -> Exception:
    """Return an error, or one that says the same if it cannot be pickled."""
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))


def _received(receiver: Connection) -> Any:
    with receiver, suppress(EOFError):
        return receiver.recv()
    return None

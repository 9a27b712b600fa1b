"""The kernel chapters run in: always the Python that runs the build, whatever kernels are registered."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Integer, Tuple, Unicode, default
from traitlets.config import Config

from peerbook import paths, reads
from peerbook.shared import FOLDER


class OwnKernel(AsyncKernelManager):
    """Starts `ipykernel` under `sys.executable`.

    A user may have registered a kernel `python3` of another Python, without peerbook; with no folder to
    search, Jupyter falls back on the running interpreter.
    """

    root = Unicode(help="Folder with the studies; empty for peerbook's own.").tag(config=True)
    shared = Unicode(help="Folder for results that chapters share; empty for none.").tag(config=True)
    noted = Unicode(help="File for what the chapter reads of its data; empty for none.").tag(config=True)
    waiting = Tuple(Integer(), Integer(), default_value=(0, 0), help="A `Waiting`, if any.").tag(config=True)

    @default("kernel_spec_manager")
    def _search_no_folder(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])

    async def _async_pre_start_kernel(self, **options: object) -> tuple[list[str], dict[str, object]]:
        if self.waiting[0] and self.provisioner is None:
            self.provisioner = ForkedKernel(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        command, options = await super()._async_pre_start_kernel(**options)
        named = {paths.ROOT: self.root, FOLDER: self.shared, reads.FILE: self.noted}
        named = {name: value for name, value in named.items() if value}
        options["env"] = {**(options.get("env") or os.environ), **named}
        return command, options

    pre_start_kernel = _async_pre_start_kernel


class Waiting(NamedTuple):
    """A fork of this process that waits to become a kernel: its id, and the pipe it reads its orders from."""

    pid: int
    orders: int


def fork_kernel() -> Waiting:
    """Fork a process that waits to become a kernel, with everything this one has imported.

    To be called before this process has threads. The fork ends if this process ends.
    """
    reads, writes = os.pipe()
    pid = os.fork()
    _lead_group(pid)
    if not pid:
        os.close(writes)
        _become_kernel(reads)
    os.close(reads)
    return Waiting(pid, writes)


def _lead_group(pid: int) -> None:
    """Put a process, or this one (0), into a group of its own, which signals to the kernel are sent to.

    Parent and child both do, whoever comes first: the parent must never take its own group for the kernel's.
    """
    with suppress(PermissionError, ProcessLookupError):  # it did so itself, or ended
        os.setpgid(pid, pid)


def _become_kernel(reads: int) -> NoReturn:
    """Read from a pipe how to be a kernel, and be it to the end."""
    code = 1
    try:
        with os.fdopen(reads, "rb") as orders:
            order = orders.read()
        if order:
            arguments, os_environment, folder = pickle.loads(order)  # of the process this one is a fork of
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(os_environment)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _launch(arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _launch(arguments: list[str]) -> None:
    """Do what `python -m ipykernel_launcher` does with these arguments."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = arguments
    # ipykernel read the environment when it was imported, which was before there was this parent.
    IPKernelApp.launch_instance(arguments[1:], parent_handle=int(os.environ["JPY_PARENT_PID"]))


class Fork:
    """A forked process, with what `LocalProvisioner` asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for its end and return the exit code."""
        return self._ended(0)

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkedKernel(LocalProvisioner):
    """Lets the fork that waits become the kernel, instead of starting a new Python."""

    async def launch_kernel(self, cmd: list[str], **options: object) -> dict[str, object]:
        """Launch the kernel in the fork, with the arguments and the environment a new one would get."""
        waiting = Waiting(*self.parent.waiting)
        launcher = cmd.index("ipykernel_launcher")
        environment = {**(options.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
        with os.fdopen(waiting.orders, "wb") as orders:
            orders.write(pickle.dumps((cmd[launcher:], environment, str(options.get("cwd") or os.getcwd()))))
        self.process = Fork(waiting.pid)
        self.pid = self.pgid = waiting.pid
        self.cwd = options.get("cwd")
        return self.connection_info


def kernel_options(
    folder: Path,
    root: Path | None = None,
    shared: Path | None = None,
    waiting: Waiting | None = None,
    noted: Path | None = None,
) -> dict[str, object]:
    """Return the options that make papermill start an `OwnKernel`.

    Kernels started at the same moment can be given the same network port; on systems that have them,
    sockets in a folder of their own cannot collide.

    Parameters
    ----------
    folder
        An existing folder for the sockets; its path must be short (the system allows about 100 letters).
    root
        Folder with the studies, if it is not peerbook's own.
    shared
        Folder for results that the chapters of a build share.
    waiting
        The fork that becomes the kernel; if there is none, a new Python does.
    noted
        File for what the chapter notes that it reads of its data; see `peerbook.reads`.
    """
    connection = Config()
    connection.OwnKernel.root = str(root or "")
    connection.OwnKernel.shared = str(shared or "")
    connection.OwnKernel.noted = str(noted or "")
    if waiting:
        connection.OwnKernel.waiting = tuple(waiting)
    if os.name == "posix":
        connection.ConnectionFileMixin.transport = "ipc"
        connection.ConnectionFileMixin.connection_file = str(folder / "kernel.json")
    return {
        "kernel_name": "python3",
        "language": "python",
        "kernel_manager_class": OwnKernel,
        "config": connection,
        "shutdown_kernel": "immediate",  # nothing to save: a gentle end takes longer and prints an error
    }

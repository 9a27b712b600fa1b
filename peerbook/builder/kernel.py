"""The kernel chapters run in: always the Python that runs the build, whatever kernels are registered."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from traitlets import default
from traitlets.config import Config


class OwnKernel(AsyncKernelManager):
    """Starts `ipykernel` under `sys.executable`.

    A user may have registered a kernel `python3` of another Python, without peerbook; with no folder to
    search, Jupyter falls back on the running interpreter.
    """

    @default("kernel_spec_manager")
    def _search_no_folder(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


def kernel_options(folder: Path) -> dict[str, object]:
    """Return the options that make papermill start an `OwnKernel`.

    Kernels started at the same moment can be given the same network port; on systems that have them,
    sockets in a folder of their own cannot collide.

    Parameters
    ----------
    folder
        An existing folder for the sockets; its path must be short (the system allows about 100 letters).
    """
    connection = Config()
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

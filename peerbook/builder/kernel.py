"""The kernel chapters run in: always the Python that runs the build, whatever kernels are registered."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from traitlets import Unicode, default
from traitlets.config import Config

from peerbook import paths


class OwnKernel(AsyncKernelManager):
    """Starts `ipykernel` under `sys.executable`.

    A user may have registered a kernel `python3` of another Python, without peerbook; with no folder to
    search, Jupyter falls back on the running interpreter.
    """

    root = Unicode(help="Folder with the studies; empty for peerbook's own.").tag(config=True)

    @default("kernel_spec_manager")
    def _search_no_folder(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])

    async def _async_pre_start_kernel(self, **options: object) -> tuple[list[str], dict[str, object]]:
        command, options = await super()._async_pre_start_kernel(**options)
        if self.root:
            options["env"] = {**(options.get("env") or os.environ), paths.ROOT: self.root}
        return command, options

    pre_start_kernel = _async_pre_start_kernel


def kernel_options(folder: Path, root: Path | None = None) -> dict[str, object]:
    """Return the options that make papermill start an `OwnKernel`.

    Kernels started at the same moment can be given the same network port; on systems that have them,
    sockets in a folder of their own cannot collide.

    Parameters
    ----------
    folder
        An existing folder for the sockets; its path must be short (the system allows about 100 letters).
    root
        Folder with the studies, if it is not peerbook's own.
    """
    connection = Config()
    connection.OwnKernel.root = str(root or "")
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

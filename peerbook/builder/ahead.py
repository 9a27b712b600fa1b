"""Processes that a build starts before it needs them: they load while it looks for what has changed."""

from __future__ import annotations

from peerbook.builder import rendering, warm


class Ahead:
    """The warm process of kernels and the one that renders pages; both end with what they are for.

    They are started by `start`, or when they are first needed.
    """

    def __init__(self) -> None:
        self.kernels, self.renderer = warm.Warm(), rendering.Renderer()

    def start(self, kernels: bool = True) -> None:
        """Let them load, `kernels` if need be; to be called before anything is imported that takes long."""
        self.renderer.start()
        if kernels and warm.AVAILABLE:
            self.kernels.start()

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self.kernels.stop()
        self.renderer.stop()

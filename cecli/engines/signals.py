"""Signals while a cluster of this machine starts, works and ends."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back an interruption until the block has ended.

    Threads and processes that are started inside never see one: a terminal interrupts all
    processes of a command at once, but only the command should answer.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Have the signal to terminate end the block as an interruption does, and then the process.

    Only where nobody else handles it, as on the command line.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    terminated = False

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        nonlocal terminated
        if not terminated:
            terminated = True
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if terminated:
            os.kill(os.getpid(), signal.SIGTERM)

"""Moving folders: exchange, rename, remove and flush, as far as the system can."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if that fails: two renames then work or give the reason."""
    here, there = os.fsencode(one), os.fsencode(other)
    at_cwd, swap = -100, ctypes.c_uint(2)  # AT_FDCWD; RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
    with suppress(AttributeError, OSError):  # an older C library has no such function
        if sys.platform == "linux":
            return bool(ctypes.CDLL(None).renameat2(at_cwd, here, at_cwd, there, swap) == 0)
        if sys.platform == "darwin":
            return bool(ctypes.CDLL(None).renamex_np(here, there, swap) == 0)
    return False


def rename(source: Path, goal: Path) -> None:
    """Rename a folder."""
    # On Windows a virus scanner or indexer holds new files for a moment.
    for pause in (0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ():
        try:
            return os.rename(source, goal)
        except PermissionError:
            time.sleep(pause)
    os.rename(source, goal)


def remove(folder: Path) -> None:
    """Remove as much of `folder` as we can; what stays is hidden and tried again by the next command."""
    # Input is copied with its permissions, and what is read-only cannot be removed everywhere.
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            with suppress(OSError):
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    # Windows opens no folders, and some shared disks do not flush them.
    with suppress(OSError) if path.is_dir() else nullcontext():
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

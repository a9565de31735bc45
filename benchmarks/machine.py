"""What a measurement ran on: the machine, and the versions of all that counts."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("thuisplan", "highspy", "pyscipopt", "ortools", "pyomo", "numpy", "scipy", "pyarrow")


def machine() -> dict[str, str | int | float]:
    """Return processor, cores, memory [GB] and system."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory": round(_memory() / 1e9, 1),
        "system": platform.platform(),
    }


def versions() -> dict[str, str]:
    """Return the version of Python and of each package."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)

"""What workers of the tests do: in a file of its own, because other processes must find it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from thuisplan.commands.batch.job import Job, Outcome


def work(job: Job) -> Outcome:
    """Do as the name of the run says, and leave a file that says who did it."""
    what, _, number = job.run.partition("-")
    tries = Path(job.out) / f"{job.run}.tries"
    with tries.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    if what == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "once" and len(tries.read_text(encoding="utf-8").split()) == 1:
        time.sleep(float(number or 0))
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "raising":
        raise RuntimeError("no way back")
    if what == "slow":
        time.sleep(float(number))
    return Outcome(0, "closed", seconds={"run": 0.1})


def process(seconds: float = 0.0) -> int:
    """Return the process that does this."""
    time.sleep(seconds)
    return os.getpid()

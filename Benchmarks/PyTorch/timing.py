"""How often a step is run, and what is reported of it: as Benchmarks/Graft/Timing.swift has it."""

import statistics
import time


class Repetition:
    """Warm-up runs and timed runs: at least so many, and for at least so many seconds."""

    def __init__(self, warm_up_runs, warm_up_seconds, runs, seconds, limit):
        self.warm_up_runs = warm_up_runs
        self.warm_up_seconds = warm_up_seconds
        self.runs = runs
        self.seconds = seconds
        self.limit = limit

    def warm_up(self, step):
        step()  # compiles, where something is compiled: that time counts for nothing
        start = time.perf_counter()
        run = 0
        while run < self.warm_up_runs or time.perf_counter() - start < self.warm_up_seconds:
            step()
            run += 1

    def time(self, step):
        """The durations of the timed runs, in seconds."""
        durations = []
        start = time.perf_counter()
        while True:
            elapsed = time.perf_counter() - start
            enough = len(durations) >= self.runs and elapsed >= self.seconds
            if len(durations) >= 3 and (enough or elapsed >= self.limit):
                return durations
            before = time.perf_counter()
            step()
            durations.append(time.perf_counter() - before)


THOROUGH = Repetition(warm_up_runs=2, warm_up_seconds=0.3, runs=5, seconds=2, limit=14)
QUICK = Repetition(warm_up_runs=1, warm_up_seconds=0.1, runs=3, seconds=0.3, limit=3)


def summary(durations):
    return {
        "seconds": statistics.median(durations),
        "min_seconds": min(durations),
        "runs": len(durations),
    }

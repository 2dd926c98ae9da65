#!/usr/bin/env python3
"""Graft's benchmark in PyTorch: the same workloads, one JSON object a line.

Each workload runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import re
import resource
import subprocess
import sys

VARIANTS = ["eager", "channels_last", "compiled", "channels_last_compiled"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filter", metavar="PATTERN", help="only workloads whose name matches a regular expression")
    parser.add_argument("--variant", choices=VARIANTS, default="eager", help="how PyTorch runs them (default: eager)")
    parser.add_argument("--threads", type=int, help="how many threads to compute with (default: PyTorch's)")
    parser.add_argument("--quick", action="store_true", help="three runs each: to see whether it works")
    parser.add_argument("--list", action="store_true", help="name the workloads and the variants that differ for each")
    parser.add_argument("--json", action="store_true", help="accepted for symmetry: results are always JSON lines")
    parser.add_argument("--worker", metavar="NAME", help=argparse.SUPPRESS)
    return parser.parse_args()


def work(name, options):
    """Times one workload in this process."""
    import torch

    from timing import QUICK, THOROUGH, summary
    from workloads import WORKLOADS, Variant

    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    base_mb = peak_memory()
    workload = next(workload for workload in WORKLOADS if workload.name == name)
    repetition = QUICK if options.quick else THOROUGH
    step = workload.prepare(Variant(options.variant))
    repetition.warm_up(step)
    result = summary([duration / workload.pieces for duration in repetition.time(step)])
    peak_mb = peak_memory()
    del step
    operations = arithmetic(workload)
    return {
        "work": name,
        "seconds": result["seconds"],
        "threads": torch.get_num_threads(),
        "peak_mb": round(peak_mb, 2),
        "base_mb": round(base_mb, 2),  # with PyTorch loaded, before the workload
        "gflops": round(operations / result["seconds"] / 1e9, 2) if operations else None,
        "min_seconds": result["min_seconds"],
        "runs": result["runs"],
        "variant": options.variant,
        "torch": torch.__version__,
    }


def peak_memory():
    """The most memory that this process has had resident, in MiB. Linux counts KiB, Darwin bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def arithmetic(workload):
    """Additions and multiplications of a step, counted by PyTorch itself; after the peak memory was read."""
    from torch.utils.flop_counter import FlopCounterMode

    from workloads import Variant

    step = workload.prepare(Variant("eager"))
    with FlopCounterMode(display=False) as counter:
        step()
    return counter.get_total_flops()


def names(options):
    from workloads import WORKLOADS

    for workload in WORKLOADS:
        if re.search(options.filter, workload.name) if options.filter else workload.is_default:
            yield workload.name, workload.variants


def main():
    options = parse()
    if options.worker == "":  # the names, from a process that may import PyTorch
        print(json.dumps(list(names(options))))
        return 0
    if options.worker:
        print(json.dumps(work(options.worker, options)), flush=True)
        return 0
    # This process stays small: on Linux a process inherits the peak memory of the one that started it.
    command = [sys.executable, __file__, *sys.argv[1:]]
    listing = subprocess.run([*command, "--worker", ""], stdout=subprocess.PIPE, check=True)
    chosen = json.loads(listing.stdout)
    if options.list:
        for name, variants in chosen:
            print(name, *variants)
        return 0
    failures = 0
    for name, variants in chosen:
        if options.variant not in variants:
            print(f"{name}: {options.variant} is no different", file=sys.stderr)
            continue
        run = subprocess.run([*command, "--worker", name], stdout=subprocess.PIPE)
        if run.returncode == 0:
            print(run.stdout.decode(), end="", flush=True)
        else:
            print(f"{name} failed with status {run.returncode}", file=sys.stderr)
            failures += 1
    if not chosen:
        print(f"no workload matches {options.filter}", file=sys.stderr)
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())

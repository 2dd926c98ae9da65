"""The lines of `tune-regret --json` and `regret.py` as a table: for each problem and method the median, and quartiles.

    cat ours.jsonl peers.jsonl | python table.py "grid,random,tpe,optuna-tpe,gaussian process,botorch"

Lines of the same method and problem, of different seeds, are joined. A median of fewer seeds than the rest says of how many.
"""

import json
import statistics
import sys

regrets = {}
for line in sys.stdin:
    result = json.loads(line)
    regrets.setdefault(result["problem"], {}).setdefault(result["method"], []).extend(result["regrets"])
methods = sys.argv[1].split(",")
most = max(len(values) for results in regrets.values() for values in results.values())


def cell(values):
    if len(values) < 2:
        return "–"
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    count = f", {len(values)} seeds" if len(values) < most else ""
    return f"{middle:.2g} ({low:.2g}–{high:.2g}{count})"


print("| problem | " + " | ".join(methods) + " |")
print("|---" * (len(methods) + 1) + "|")
for problem, results in regrets.items():
    print(f"| {problem} | " + " | ".join(cell(results.get(method, [])) for method in methods) + " |")

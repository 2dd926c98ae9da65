"""How far from the minimum other libraries end, on the problems of tune-regret.

    python regret.py --methods optuna-tpe,botorch --problems Branin --seeds 20 --trials 50

Prints a line of JSON for each method and problem, as `tune-regret --json` does. Set OMP_NUM_THREADS=1.
"""

import argparse
import json
import math
import time
import warnings

from problems import PROBLEMS

warnings.filterwarnings("ignore")


def optuna_search(make_sampler):
    def run(space, function, trials, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)

        def objective(trial):
            point = {}
            for name, domain in space.items():
                if isinstance(domain, list):
                    point[name] = trial.suggest_categorical(name, domain)
                elif domain[2] == "integer":
                    point[name] = trial.suggest_int(name, domain[0], domain[1])
                else:
                    point[name] = trial.suggest_float(name, domain[0], domain[1], log=domain[2] == "log")
            return function(point)

        study = optuna.create_study(sampler=make_sampler(optuna.samplers, seed))
        study.optimize(objective, n_trials=trials)
        return study.best_value

    return run


def botorch_search(space, function, trials, seed):
    """SingleTaskGP and log expected improvement with their defaults, after 2 (d + 1) Sobol points, at most 10.

    Choices are one-hot columns, enumerated when the acquisition is maximised; integers are rounded.
    """
    import itertools

    import torch
    from botorch.acquisition import LogExpectedImprovement
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.optim import optimize_acqf, optimize_acqf_mixed
    from gpytorch.mlls import ExactMarginalLogLikelihood
    from torch.quasirandom import SobolEngine

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    numbers = [n for n, d in space.items() if not isinstance(d, list)]
    choices = [n for n, d in space.items() if isinstance(d, list)]
    columns = len(numbers) + sum(len(space[n]) for n in choices)

    def decode(row):
        """Column values of a point, and the row as it was evaluated."""
        point, row = {}, row.clone()
        for i, name in enumerate(numbers):
            low, high, kind = space[name]
            if kind == "log":
                point[name] = math.exp(math.log(low) + float(row[i]) * (math.log(high) - math.log(low)))
            elif kind == "integer":
                point[name] = min(max(round(low - 0.5 + float(row[i]) * (high - low + 1)), low), high)
                row[i] = (point[name] - low + 0.5) / (high - low + 1)
            else:
                point[name] = low + float(row[i]) * (high - low)
        start = len(numbers)
        for name in choices:
            part = row[start:start + len(space[name])]
            index = int(part.argmax())
            point[name] = space[name][index]
            row[start:start + len(space[name])] = 0
            row[start + index] = 1
            start += len(space[name])
        return point, row

    fixed = []
    for combination in itertools.product(*(range(len(space[n])) for n in choices)):
        values, start = {}, len(numbers)
        for name, chosen in zip(choices, combination):
            for index in range(len(space[name])):
                values[start + index] = float(index == chosen)
            start += len(space[name])
        fixed.append(values)

    initial = min(2 * (len(space) + 1), 10)
    rows, values = [], []
    for row in SobolEngine(columns, scramble=True, seed=seed).draw(initial).double():
        point, row = decode(row)
        rows.append(row)
        values.append(function(point))
    bounds = torch.stack([torch.zeros(columns), torch.ones(columns)]).double()
    while len(values) < trials:
        x, y = torch.stack(rows), -torch.tensor(values).double().unsqueeze(-1)
        model = SingleTaskGP(x, y, outcome_transform=Standardize(1))
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        acquisition = LogExpectedImprovement(model, best_f=y.max())
        if choices:
            found, _ = optimize_acqf_mixed(acquisition, bounds, q=1, num_restarts=2, raw_samples=64,
                                           fixed_features_list=fixed)
        else:
            found, _ = optimize_acqf(acquisition, bounds, q=1, num_restarts=8, raw_samples=256)
        point, row = decode(found[0].detach())
        rows.append(row)
        values.append(function(point))
    return min(values)


METHODS = {
    "optuna-random": optuna_search(lambda s, seed: s.RandomSampler(seed=seed)),
    "optuna-tpe": optuna_search(lambda s, seed: s.TPESampler(seed=seed)),
    "optuna-tpe-multivariate": optuna_search(lambda s, seed: s.TPESampler(seed=seed, multivariate=True)),
    "optuna-tpe-univariate": optuna_search(lambda s, seed: s.TPESampler(seed=seed, multivariate=False)),
    "optuna-gp": optuna_search(lambda s, seed: s.GPSampler(seed=seed)),
    "optuna-gp-deterministic": optuna_search(
        lambda s, seed: s.GPSampler(seed=seed, deterministic_objective=True)),
    "botorch": botorch_search,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--problems", default=",".join(PROBLEMS))
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    options = parser.parse_args()
    for problem in options.problems.split(","):
        space, function, minimum = PROBLEMS[problem]
        for method in options.methods.split(","):
            start = time.perf_counter()
            seeds = range(options.first_seed, options.first_seed + options.seeds)
            regrets = [METHODS[method](space, function, options.trials, s) - minimum for s in seeds]
            elapsed = time.perf_counter() - start
            print(json.dumps({
                "method": method, "problem": problem, "trials": options.trials, "regrets": regrets,
                "milliseconds": 1000 * elapsed / options.trials / options.seeds,
            }), flush=True)

"""Makes the samples below `corpus/trackers/mlflow`, with MLflow itself.

    python tests/mlflow_samples.py TRACKING_URI      in an environment with the MLflow to be sampled

Runs of every status, one deleted; histories with NaN and infinities, with steps out of order and without;
names with `/`, parameters "10" and "9". Paths of the machine are not kept.
"""

from __future__ import annotations

import sys
from typing import Any

START = 1_770_000_000_000  # 2026-02-02 02:40:00 UTC


def main(uri: str) -> None:
    """Log the runs into the store at `uri`."""
    import mlflow  # the environment's, not ours
    from mlflow.entities import Metric, Param, RunTag

    client = mlflow.MlflowClient(tracking_uri=uri)
    for number, (name, status, params, metrics, tags) in enumerate(RUNS):
        experiment = "sweep of lr " if number % 2 else "baseline"
        found = client.get_experiment_by_name(experiment)
        id_ = (
            found.experiment_id
            if found
            else client.create_experiment(experiment, artifact_location="s3://b/a")
        )
        start = START + number * 3_600_000
        run = client.create_run(id_, start, tags={"mlflow.runName": name}).info.run_id
        points = [
            Metric(key, value, start + 1000 * at, step)
            for key, values in metrics.items()
            for at, (step, value) in enumerate(values)
        ]
        logged = [RunTag(key, value) for key, value in {**TAGS, **tags}.items()]
        client.log_batch(run, points, [Param(key, value) for key, value in params.items()], logged)
        if status != "RUNNING":
            client.set_terminated(run, status, start + 1_800_000 + number * 60_000)
        if name == "deleted":
            client.delete_run(run)


TAGS = {
    "mlflow.user": "ada",
    "mlflow.source.name": "train.py",
    "mlflow.source.git.commit": "438a26e0f2a1c5b7d9e8f60123456789abcdef01",
    "mlflow.log-model.history": '[{"run_id": "x"}]',
}
INF = float("inf")
NAN = float("nan")
LOSS = [(0, 3.5), (100, 2.25), (200, 2.0), (300, 2.125)]

RUNS: list[tuple[str, str, dict[str, str], dict[str, list[tuple[int, float]]], dict[str, str]]] = [
    (
        "plain",
        "FINISHED",
        {"lr": "0.02", "depth": "10", "optimizer": "adamw", "fp8": "True", "max_depth": "None"},
        {"val/loss": LOSS, "accuracy": [(0, 0.875)], "epochs": [(0, 3.0)]},
        {"mlflow.note.content": "first one\nthat holds", "team": "vision"},
    ),
    (
        "swept",
        "FINISHED",
        {"lr": "1e-3", "depth": "9", "optimizer": "muon", "data/set": "c4", "epochs": "3"},
        {"val/loss": [(200, 1.5), (0, 3.0), (100, 1.25)], "accuracy": [(0, 0.5), (0, 0.75), (0, 0.625)]},
        {},
    ),
    ("broken", "FAILED", {"lr": "5", "depth": "24"}, {"val/loss": [(0, 9.0), (1, INF), (2, NAN)]}, {}),
    ("killed", "KILLED", {"lr": "0.3"}, {"val/loss": [(0, 4.0), (1, -INF)]}, {}),
    ("going on", "RUNNING", {"lr": "0.02"}, {"val/loss": [(0, 4.0)]}, {"status": "hopeful"}),
    ("deleted", "FINISHED", {"lr": "0.5"}, {"accuracy": [(0, 1.0)]}, {}),
    ("übung №7", "FINISHED", {"lr": "0.02", "note": "a: b # c"}, {"Score_métier": [(0, 0.5)]}, {}),
    ("nothing logged", "SCHEDULED", {}, {}, {}),
]  # fmt: skip


REFUSED = {
    "metrics.accuracy > 0.8 OR params.depth = '9'": ("runs with accuracy over 0.8 or depth 9", "plain swept"),
    "NOT params.optimizer = 'muon'": ("runs with optimizer not muon", "plain"),
    "params.lr > 0.02": ("runs with lr over 0.02", "broken killed"),
    "params.depth BETWEEN 9 AND 12": ("runs with depth between 9 and 12", "plain swept"),
    "params.optimizer IN ('muon', 'adamw')": ("runs with optimizer muon or adamw", "plain swept"),
    "attributes.duration > 1950000": (
        "runs that took more than 32.5 minutes",
        "killed übung_№7 nothing_logged",
    ),
    "attributes.run_name IN ('plain', 'swept')": ('runs called "plain" or "swept"', "plain swept"),
    "(metrics.accuracy > 0.8) AND (params.depth = '10' OR params.depth = '9')": (
        "runs with accuracy over 0.8 and depth 9 or 10",
        "plain",
    ),
}
"""What MLflow's filters can't say, a question that asks the same, and the runs that it is true of."""


if __name__ == "__main__":
    arguments: Any = sys.argv[1:]
    main(*arguments)

"""Tables of runs from other fields than language models, asked as their people ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

DETECTION = """\
run,model,imgsz,batch,mosaic,mAP50,recall,inference_ms,date,status
n-base,net-n,640,16,1.0,0.612,0.574,4.1,2026-03-01,done
n-plain,net-n,640,16,0.0,0.588,0.551,4.2,2026-03-01,done
s-base,net-s,640,16,1.0,0.671,0.629,6.3,2026-03-02,done
s-large,net-s,1280,8,1.0,0.713,0.672,19.8,2026-03-04,done
m-base,net-m,640,16,1.0,0.702,0.655,11.9,2026-03-05,done
m-large,net-m,1280,4,1.0,,,,2026-03-07,oom
"""

CONTROL = """\
name,env,algo,seed,learning_rate,clip_range,n_envs,mean_reward,std_reward,wall_time_h,notes
ppo-cart-0,CartPole-v1,PPO,0,0.0003,0.2,8,312.5,21.3,0.4,baseline
ppo-cart-1,CartPole-v1,PPO,1,0.0003,0.2,8,289.1,18.9,0.4,
ppo-cart-2,CartPole-v1,PPO,2,0.0003,0.1,8,335.5,15.2,0.4,
sac-cart-0,CartPole-v1,SAC,0,0.0003,,1,487.2,12.4,3.1,slow but strong
sac-cart-1,CartPole-v1,SAC,1,0.0001,,1,-12.4,3.3,3.2,collapsed after 600k
"""

EVALS = """\
model,size_b,quant,mmlu,gsm8k,humaneval,ppl,vram_gb
quail-7b,7,none,70.1,79.3,61.0,6.1,15.2
quail-7b-q4,7,int4,68.9,76.1,58.5,6.4,5.8
heron-8b,8,none,66.6,74.5,59.8,6.3,16.0
heron-70b-q4,70,int4,79.1,92.4,78.0,3.9,42.5
wren-7b,7,none,62.5,52.1,40.2,5.9,14.8
"""

TABLES = {"detection": DETECTION, "control": CONTROL, "evals": EVALS}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, History]]:
    opened = {}
    for name, text in TABLES.items():
        path = tmp_path_factory.mktemp(name) / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        opened[name] = load([path])
    yield opened
    for history in opened.values():
        history.engine.close()


@pytest.mark.parametrize(
    ("table", "question", "first"),
    [
        ("detection", "best mAP50 under 10 ms inference", ["s-base"]),
        ("detection", "runs with more than 10 ms inference", ["s-large", "m-base"]),
        ("detection", "runs without mosaic", ["n-plain"]),
        ("detection", "best run without mosaic", ["n-plain"]),
        ("control", "which run collapsed", ["sac-cart-1"]),
        ("control", "runs that collapsed", ["sac-cart-1"]),
        ("control", "how many seeds for each algorithm", ["PPO", "SAC"]),
        ("detection", "what image sizes have been tried", [640, 1280]),
        ("detection", "median inference time", [6.3]),
        ("control", "runs with more than one env", ["ppo-cart-0", "ppo-cart-1", "ppo-cart-2"]),
        ("control", "mean and std of reward across seeds for each algo", ["PPO", "SAC"]),
        ("evals", "which model has the best mmlu", ["heron-70b-q4"]),
        ("evals", "which 7b model is best at humaneval", ["quail-7b"]),
        ("evals", "best model under 10B", ["quail-7b"]),
        ("evals", "models without quantization", ["quail-7b", "heron-8b", "wren-7b"]),
        ("evals", "models with quantization", ["quail-7b-q4", "heron-70b-q4"]),
        (
            "evals",
            "rank the models by gsm8k",
            ["heron-70b-q4", "quail-7b", "quail-7b-q4", "heron-8b", "wren-7b"],
        ),
        ("evals", "order models by vram descending", ["heron-70b-q4", "heron-8b", "quail-7b", "wren-7b"]),
    ],
)
def test_rows(tables: dict[str, History], table: str, question: str, first: list[str]) -> None:
    answer = ask(question, tables[table])
    assert [row[0] for row in answer.rows][: len(first) + (len(first) < 4)] == first


@pytest.mark.parametrize(
    ("table", "question", "said"),
    [
        ("detection", "does mosaic help", "Perhaps: mosaic = 1 is better than mosaic = 0 by mAP50"),
        ("detection", "did mosaic hurt", "Perhaps not: mosaic = 1 is better than mosaic = 0 by mAP50"),
        (
            "control",
            "does a lower clip range help",
            "Perhaps: clip_range = 0.1 is better than clip_range = 0.2",
        ),
        ("control", "does a higher clip range help", "Perhaps not: clip_range = 0.1 is better than"),
        ("control", "does clip range matter", "clip_range = 0.1 is better than clip_range = 0.2"),
        ("control", "runs with more than one algo", "Declined: how many algo a run has is not told."),
        ("evals", "which models crashed", "Declined: no file says how its runs ended."),
    ],
)
def test_headlines(tables: dict[str, History], table: str, question: str, said: str) -> None:
    assert ask(question, tables[table]).headline.startswith(said)

"""Commands as people paste them into logs, and the parameters that they name."""

from __future__ import annotations

import pytest

from store.command import parse_command
from store.records import Value
from store.shell import commands

PARAMS: dict[str, tuple[str, dict[str, Value]]] = {
    "continuation lines": (
        'torchrun --nproc_per_node=8 -m scripts.base_train -- \\\n    --depth=26 \\\n  --run="d26"',
        {"depth": 26, "nproc_per_node": 8},
    ),
    "a comment behind a continuation": (
        "python train.py --lr 3e-4 \\  # don't touch\n  --wd=0.1",
        {"lr": 3e-4, "wd": 0.1},
    ),
    "a trailing backslash": ("python train.py --lr 1 \\", {"lr": 1}),
    "carriage returns": ("python train.py --lr=1 \\\r\n  --wd=2\r\n", {"lr": 1, "wd": 2}),
    "a bare flag, and one denied": ("python train.py --fp8 --no-compile", {"fp8": True, "compile": False}),
    "negative values": ("python train.py --a -1 --b=-.5 --c", {"a": -1, "b": -0.5, "c": True}),
    "several numbers to one flag": ("python train.py --betas 0.9 0.95", {"betas": "0.9 0.95"}),
    "dashes are underscores": (
        "python t.py --matrix-lr=1 --embedding_lr=2",
        {"matrix_lr": 1, "embedding_lr": 2},
    ),
    "the last of two wins": ("python train.py --lr=1 --lr=2", {"lr": 2}),
    "overrides": (
        "python train.py optimizer.lr=3e-4 +x=1 model=gpt ~callbacks --multirun",
        {"optimizer.lr": 3e-4, "x": 1, "model": "gpt", "multirun": True},
    ),
    "overrides behind a flag": ("python t.py --set lr=1 --fp8 wd=2", {"lr": 1, "fp8": True, "wd": 2}),
    "a configuration file": ("python train.py config/x.yaml --lr=1", {"config": "config/x.yaml", "lr": 1}),
    "quotes": ("python t.py --a 'b c' --d=\"e 'f'\"", {"a": "b c", "d": "e 'f'"}),
    "a substitution stays whole": (
        'python t.py --lr $(python -c "print(1e-3)")',
        {"lr": '$(python -c "print(1e-3)")'},
    ),
    "a variable of the same command": ("LR=0.002 python t.py --lr=$LR", {"lr": 0.002}),
    "powers and underscores": (
        "python t.py --a=2**19 --b=524_288 --c=2^4",
        {"a": 524288, "b": 524288, "c": 16},
    ),
    "what is not wholly a number is text": (
        "python t.py --t 10h --n none --m 7B --g 0,1 --d 2024-01-01 --v 1e-3x",
        {"t": "10h", "n": "none", "m": "7B", "g": "0,1", "d": "2024-01-01", "v": "1e-3x"},
    ),
    "short flags with a value": (
        "python main.py -lr 0.1 -b 32 -v -o out/dir",
        {"lr": 0.1, "b": 32},
    ),
    "redirections, pipes, background": (
        "nohup python train.py --lr=1 > log.txt 2>&1 &\npython train.py --lr=1 | tee log --append",
        {"lr": 1},
    ),
    "accelerate": (
        "accelerate launch --multi_gpu --num_processes 4 --mixed_precision bf16 train.py --lr 1",
        {"lr": 1, "nproc_per_node": 4},
    ),
    "deepspeed": ("deepspeed --num_gpus=8 train.py --lr 1", {"lr": 1, "nproc_per_node": 8}),
    "launchers in a row": (
        "srun --gres=gpu:8 -p long uv run --with x python -u train.py --lr=1",
        {"lr": 1, "nproc_per_node": 8},
    ),
    "the old distributed launcher": (
        "python -m torch.distributed.launch --nproc_per_node=4 main.py --lr 1",
        {"lr": 1, "nproc_per_node": 4},
    ),
    "the training command of several": (
        "cd nanochat && git pull\npip install -e .\npython -m nanochat.dataset -n 150\n"
        "python -m scripts.tok_train\npython -m scripts.base_train --depth=4",
        {"depth": 4},
    ),
    "exported knobs": ("export LR=0.1\nexport WANDB_MODE=offline\npython train.py", {"LR": 0.1}),
    "knobs in capitals": (
        "OMP_NUM_THREADS=1 DATA_PATH=./d MATRIX_LR=0.04 python train.py",
        {"MATRIX_LR": 0.04},
    ),
    "no command, pairs only": ("depth=24 lr=0.02", {"depth": 24, "lr": 0.02}),
    "a prompt": ("$ python train.py --lr=1", {"lr": 1}),
    "a script of the shell": ("bash runs/train.sh --lr 1", {"lr": 1}),
    "code is no parameter": ('python -c "lr = 3; print(lr)" --x 1', {}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("case", PARAMS)
def test_params(case: str) -> None:
    text, params = PARAMS[case]
    assert parse_command(text).params == params


def test_machine_environment_is_apart() -> None:
    command = parse_command("OMP_NUM_THREADS=1 CUDA_VISIBLE_DEVICES=0,1 VOCAB_SIZE=1024 python train.py")
    assert command.env == {"OMP_NUM_THREADS": 1, "CUDA_VISIBLE_DEVICES": "0,1"}
    assert command.params == {"VOCAB_SIZE": 1024}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("python t.py --run=baseline", "baseline"),
        ("python t.py --run 007", "007"),
        ("python t.py --run-name 'my run' --run=x", "x"),
        ("python t.py --exp_name=a", "a"),
        ("python t.py run_name=b", "b"),
        ("RUN_ID=c python t.py", "c"),
        ("python t.py --model-tag=d", None),
        ("python t.py --run", None),
    ],
)
def test_name_is_no_parameter(text: str, name: str | None) -> None:
    command = parse_command(text)
    assert command.name == name
    assert name is None or name not in [str(value) for value in command.params.values()] or "x" in text


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("OMP_NUM_THREADS=1 torchrun --standalone -m scripts.base_train -- --depth=2", "scripts.base_train"),
        ("uv run train.py", "train.py"),
        ("/usr/bin/python3.11 -m pkg.train", "pkg.train"),
        ("./train --lr 1", "./train"),
        ("git log -1", ""),
        ("# only a comment", ""),
    ],
)
def test_program(text: str, program: str) -> None:
    assert parse_command(text).program == program


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "\\",
        "$(",
        "${",
        "`",
        "a 'b\nc",
        "--",
        "-",
        "=",
        "--=",
        "x=",
        "<<EOF\nfoo\nEOF",
        "\0",
        "🙂 --é=ü",
        "&&&&|",
    ],
)
def test_any_text_is_read(text: str) -> None:
    parse_command(text)
    parse_command(f"python train.py --lr=1 {text}")


def test_words_of_several_commands() -> None:
    assert commands("a 'b c' && d; e | f # g") == [["a", "b c"], ["d"], ["e"], ["f"]]
    assert commands("a ''") == [["a", ""]]
    assert commands("a 2>&1 >x b") == [["a", "b"]]

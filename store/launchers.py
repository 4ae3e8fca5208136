"""What stands before the training script: wrappers, launchers, interpreters, and how many processes.

`peel` takes them off one after the other, so that `srun … uv run torchrun … -m scripts.base_train`
ends at `scripts.base_train`. A launcher's own flags are not the experiment's, but the number of
processes (GPUs) is kept.
"""

from __future__ import annotations

import re

__all__ = ["LAUNCHERS", "assignment", "peel"]

# A launcher, and the sub-commands that may stand between it and the script.
LAUNCHERS: dict[str, tuple[str, ...]] = {
    "accelerate": ("launch",),
    "composer": (),
    "conda": ("run",),
    "deepspeed": (),
    "env": (),
    "exec": (),
    "horovodrun": (),
    "hatch": ("run",),
    "lightning": ("run", "model"),
    "mamba": ("run",),
    "micromamba": ("run",),
    "modal": ("run",),
    "mpiexec": (),
    "mpirun": (),
    "nice": (),
    "nohup": (),
    "numactl": (),
    "pdm": ("run",),
    "pipenv": ("run",),
    "pixi": ("run",),
    "poetry": ("run",),
    "ray": ("job", "submit"),
    "rye": ("run",),
    "sbatch": (),
    "setsid": (),
    "srun": (),
    "sudo": (),
    "time": (),
    "timeout": (),
    "torch.distributed.launch": (),
    "torch.distributed.run": (),
    "torchrun": (),
    "uv": ("run",),
    "uvx": (),
    "xvfb-run": (),
}
_SHELLS = frozenset({"bash", "sh", "zsh"})
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*$")
# Flags of these launchers that stand alone: every other one takes the next word.
_BARE = frozenset(
    """standalone no-python use-env multi-gpu cpu tpu quiet module no-sync frozen locked isolated active
    exclusive pty overlap live-stream no-capture-output detach verbose oversubscribe allow-run-as-root
    preserve-env use-deepspeed use-fsdp multi-node enable-cpu-affinity wait offline no-project u v q l E i
    B O OO s S I background foreground preserve-status no-wait interactive""".split()
)
_PROCESSES = frozenset("nproc-per-node num-processes num-gpus np nproc gpus-per-node gpus gres".split())
_DASH_N = frozenset({"mpirun", "mpiexec", "composer"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)$", re.DOTALL)


def assignment(word: str) -> tuple[str, str] | None:
    """The name and value of an environment assignment `A=b`, or None."""
    match = _ASSIGNMENT.match(word)
    return (match[1], match[2]) if match else None


def peel(words: list[str]) -> tuple[str, list[str], dict[str, str], str]:
    """Take off what stands before the script.

    Args:
        words: one command.

    Returns:
        The program (script path or module, "" where there is none), its arguments, the environment
        assignments met on the way, and the number of processes as written ("" where not said).

    Example:
        >>> peel(["A=1", "torchrun", "--nproc_per_node=8", "-m", "train", "--", "--lr=1"])
        ('train', ['--', '--lr=1'], {'A': '1'}, '8')
    """
    env: dict[str, str] = {}
    processes = ""
    words = list(words)
    while words:
        head = words[0].rsplit("/", 1)[-1]
        if pair := assignment(words[0]):
            env[pair[0]] = pair[1]
            del words[0]
        elif head in LAUNCHERS:
            words, count, is_module = _launcher(head, words[1:])
            processes = count or processes
            if is_module and words and words[0] not in LAUNCHERS:
                break
        elif head in _SHELLS or _PYTHON.match(head):
            words = _interpreter(words)
            if not words or words[0] not in LAUNCHERS:
                break
        else:
            break
    return (words[0] if words else ""), words[1:], env, processes


def _launcher(head: str, words: list[str]) -> tuple[list[str], str, bool]:
    """Drop a launcher's sub-commands and flags; also its process count, and whether `-m` came."""
    processes, is_module = "", False
    for name in LAUNCHERS[head]:
        if words and words[0] == name:
            words = words[1:]
    while words:
        word = words[0]
        if head == "timeout" and re.fullmatch(r"[\d.]+[smhd]?", word):
            words = words[1:]
            continue
        if not word.startswith("-") or word == "-":
            break
        if word == "--":
            words = words[1:]
            break
        flag, equals, value = word.lstrip("-").partition("=")
        key = flag.replace("_", "-")
        words = words[1:]
        if key in ("m", "module") and not equals:
            is_module = True
            break
        if not equals and key not in _BARE and words and not words[0].startswith("-"):
            value, words = words[0], words[1:]
        if key in _PROCESSES or (key == "n" and head in _DASH_N):
            processes = value.rsplit(":", 1)[-1] or processes
    return words, processes, is_module


def _interpreter(words: list[str]) -> list[str]:
    """Drop `python -u -X dev -m` or `bash -x`: what is left starts at the script or module."""
    words = words[1:]
    while words and words[0].startswith("-") and words[0] != "-":
        flag, words = words[0], words[1:]
        if flag == "-m":
            break
        if flag == "-c":
            return []  # code in the command itself: nothing there names a parameter
        if flag in ("-X", "-W"):
            words = words[1:]
    return words

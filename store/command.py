"""The parameters of a training command, as it was pasted into a log.

`-` and `_` are the same in a flag (nanochat renamed all its flags from one to the other), so
`--matrix-lr` and `--matrix_lr` are both `matrix_lr`. A flag that is not written down is unknown,
not the script's default: nothing is added here.
"""

from __future__ import annotations

import re

from store.cells import read_cell
from store.launchers import LAUNCHERS, peel
from store.records import Value
from store.shell import commands
from store.slotted import fresh, slotted

__all__ = ["Command", "parse_command", "trains", "typed"]

# Flags that name the run, best first (`--run` of nanochat, `--name` of fairseq and others).
_NAMES = (
    "run run_name exp_name experiment_name name run_id wandb_name wandb_run_name job_name RUN_ID RUN_NAME"
).split()
# Flags after which `key=value` words are overrides.
_OVERRIDES = frozenset("set override overrides opts opt o cfg_options config_overrides".split())
# Environment that sets up the machine; any other variable before a command is a knob of the experiment
# (parameter-golf sets all of its hyper-parameters this way).
_MACHINE = re.compile(
    r"(?:OMP|MKL|CUDA|NCCL|GLOO|PYTHON|PYTORCH|TORCH|TORCHINDUCTOR|XLA|XDG|JAX|HF|HUGGINGFACE|WANDB|MLFLOW|TOKENIZERS"
    r"|TRANSFORMERS|MASTER|LD|TF|NVTE|TRITON|HYDRA|SLURM|SBATCH|LC|KMP|ROCR|HIP|HSA|MIOPEN|UV|CONDA|PIP|AWS|GIT"
    r"|NVIDIA|DS|ACCELERATE|TMP|RAY|NUMEXPR|OPENBLAS|BITSANDBYTES|FI|UCX|HTTPS?|NO)_\w+"
    r"|PATH|HOME|LANG|RANK|WORLD_SIZE|LOCAL_RANK|LOCAL_WORLD_SIZE|NODE_RANK|TMPDIR|DISPLAY|DEBUG|LAUNCHER|\w*_?CMD|CC|CXX"
    r"|\w*_(?:DIR|PATH|HOME|FILE|TOKEN|API_KEY|PORT|HOST|ADDR)"
)
_FLAG = re.compile(r"--?([A-Za-z][\w.\-/@:]*)(?:=(.*))?$", re.DOTALL)
_OVERRIDE = re.compile(r"[+]{0,2}([A-Za-z_][\w.\-/@]*)=(.*)$", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_NUMBER = re.compile(r"[+-]?[\d_.]+(?:[eE][+-]?\d+)?(?:(?:\*\*?|\^)\d+)?")
_CONFIG = re.compile(r"[\w./\-]+\.(?:ya?ml|json|toml|py|gin)$")
_TRAINING = re.compile(
    r"train|finetune|fine_tune|sft|sweep|speedrun|experiment|main|_rl\b|dpo|ppo", re.IGNORECASE
)
_NOT_TRAINING = re.compile(
    r"tok_train|tokenizer|_to_[a-z]+|convert|tools/|dataset|preprocess|download|prepare|eval|report|_cli\b|_web\b|\bpip\b|venv|\btest"
)
_HOUSEKEEPING = frozenset(
    """cd ls cp mv rm mkdir git pip pip3 export source . echo cat grep tail head wget curl tar chmod ssh scp
    rsync sleep set unset module apt apt-get brew nvidia-smi which watch kill screen tmux scontrol sinfo
    squeue hf huggingface-cli wandb tensorboard mlflow jupyter docker make npm node if then else fi for do
    done while alias sed awk tee printf unzip activate ask""".split()
)


@slotted
class Command:
    """What a command says.

    Attributes:
        program: the script or module that trains ("scripts.base_train"), or "".
        params: parameters by canonical name (`_` for `-`), in the order written; the number of
            processes a launcher was given is `nproc_per_node`.
        env: environment of the machine (`OMP_NUM_THREADS`), apart from the parameters.
        name: the run's name where a flag gives it.
    """

    program: str = ""
    params: dict[str, Value] = fresh(default_factory=dict)
    env: dict[str, Value] = fresh(default_factory=dict)
    name: str | None = None


def parse_command(text: str) -> Command:
    """Read the training command in a pasted fence; of several commands, the one that trains.

    Args:
        text: shell text, with continuation lines, comments, prompts; any text at all.

    Returns:
        The command; an empty one where there is none. Never raises.

    Example:
        >>> parse_command("OMP_NUM_THREADS=1 torchrun -m train -- --matrix-lr 3e-4 --fp8").params
        {'matrix_lr': 0.0003, 'fp8': True}
    """
    best, best_score = Command(), 0
    exported: dict[str, str] = {}
    for words in commands(text):
        if words[0] in ("export", "set", "setenv"):
            words = words[1:]
        program, arguments, env, processes = peel(words)
        if not program:
            exported |= env
            continue
        found = _command(program, arguments, exported | env, processes)
        score = _score(words, found)
        if score > best_score:
            best, best_score = found, score
    if not best_score and exported:
        return _command("", [], exported, "")
    return best


def trains(command: Command) -> bool:
    """Whether a command is one that trains, not one that prepares data, converts or evaluates.

    Example:
        >>> trains(parse_command("python train.py --lr 1")), trains(parse_command("python prepare.py --n 1"))
        (True, False)
    """
    if _NOT_TRAINING.search(command.program):
        return False
    return bool(_TRAINING.search(command.program)) or len(command.params) >= 4


def typed(text: str) -> Value:
    """The value of a flag: a number or a boolean where the text is nothing else, the text otherwise.

    `none` is a choice in a command, not a missing value, and "10h" is not the number 10.

    Example:
        >>> typed("2**19"), typed("true"), typed("10h"), typed("none")
        (524288, True, '10h', 'none')
    """
    if not _NUMBER.fullmatch(text) and text.lower() not in ("true", "false"):
        return text
    value = read_cell(text).value
    return value if isinstance(value, (bool, int, float)) else text


def _command(program: str, arguments: list[str], env: dict[str, str], processes: str) -> Command:
    machine: dict[str, Value] = {}
    params: dict[str, Value] = {}
    arguments, used = _expanded(arguments, env)
    for key, text in env.items():
        if key in used:
            continue
        (machine if _MACHINE.fullmatch(key) else params)[key] = typed(text)
    params |= _arguments(arguments)
    if processes:
        params.setdefault("nproc_per_node", typed(processes))
    name: str | None = None
    for key in _NAMES:
        value = params.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            del params[key]
            name = name or _written(arguments, key) or str(value)
    return Command(program, params, machine, name)


def _expanded(arguments: list[str], env: dict[str, str]) -> tuple[list[str], set[str]]:
    """The arguments with `$NAME` and `${NAME}` filled in, where the command itself sets them."""
    used: set[str] = set()

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        used.update({name} & env.keys())
        return env.get(name, match[0])

    return [_VARIABLE.sub(value, word) if "$" in word else word for word in arguments], used


def _written(arguments: list[str], name: str) -> str:
    """A name as it was written: `--run 007` is not run 7."""
    for at, word in enumerate(arguments):
        match = _FLAG.match(word) or _OVERRIDE.match(word)
        if match and match[1].replace("-", "_") == name:
            return match[2] if match[2] is not None else "".join(arguments[at + 1 : at + 2])
    return ""


def _score(words: list[str], command: Command) -> int:
    """How much a command looks like the one that trains; 0 for housekeeping."""
    program = command.program.rsplit("/", 1)[-1]
    if program in _HOUSEKEEPING or not re.match(r"[\w.]", program):
        return 0
    score = 1 + min(len(command.params), 3)
    score += 4 * bool(_TRAINING.search(command.program))
    score += 2 * bool(words[0] in LAUNCHERS or any(w in LAUNCHERS for w in words[1:4]))
    return max(1, score - 6 * bool(_NOT_TRAINING.search(command.program)))


def _arguments(words: list[str]) -> dict[str, Value]:
    """Flags, bare flags and `key=value` overrides of the script itself; the last of two wins."""
    params: dict[str, Value] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if match := _FLAG.match(word):
            key = match[1].replace("-", "_")
            if match[2] is not None:
                params[key] = typed(match[2])
                continue
            values = _values(words, at)
            at += len(values)
            _flag(params, key, values, long=word.startswith("--"))
        elif match := _OVERRIDE.match(word):
            params[match[1].replace("-", "_")] = typed(match[2])
        elif _CONFIG.fullmatch(word):
            params.setdefault("config", word)
    return params


def _values(words: list[str], at: int) -> list[str]:
    """The words after a flag that are its values: no flags, no overrides; several only if numbers."""
    values: list[str] = []
    while at < len(words):
        word = words[at]
        negative = re.match(r"-[.\d]", word)
        if (word.startswith("-") and len(word) > 1 and not negative) or _OVERRIDE.match(word):
            break
        if values and (isinstance(typed(word), str) or isinstance(typed(values[0]), str)):
            break
        values.append(word)
        at += 1
    return values


def _flag(params: dict[str, Value], key: str, values: list[str], *, long: bool) -> None:
    if key in _OVERRIDES and not values:
        return
    if long and key.startswith("no_") and len(key) > 3 and (not values or isinstance(typed(values[0]), str)):
        params[key[3:]] = False
    elif len(values) > 1:
        params[key] = " ".join(values)
    elif values:
        # A short flag is taken where its value is plainly a setting: `-n 150`, not `-o out/dir`.
        if long or len(key) > 1 or "/" not in values[0]:
            params[key] = typed(values[0])
    elif long or len(key) > 2:
        params[key] = True

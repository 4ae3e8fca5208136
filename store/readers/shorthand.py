"""The short ways in which a log writes a configuration and a machine: `d24, lr=0.02, 8xH100, +fp8`."""

from __future__ import annotations

import re

from store.cells import read_cell
from store.command import parse_command, typed
from store.markup import plain
from store.records import Value

__all__ = ["hardware", "read_shorthand"]

_HARDWARE = re.compile(
    r"(?:(\d+)\s*[x×X*]\s*)?((?:NVIDIA |AMD |Tesla |RTX |GTX |GeForce )*"
    r"(?:[ABHLPTV]\d{1,4}0{1,2}|G?B200|H200?|H20|L40?S?|T4|A\d{4}|MI\d{3}X?|RTX ?\d{4}|TPU ?v?\d\w*"
    r"|M[1-5](?: (?:Pro|Max|Ultra))?)"
    r"(?: ?Ti| ?SXM\d?| ?PCIe| ?NVL| ?\d+ ?GB)*)\b",
)
_PAIR = re.compile(r"([A-Za-z_][\w.\-/]*(?: [A-Za-z_][\w.\-]*)?)\s*(?:=|:)\s*(\S.*)$", re.DOTALL)
_BESIDE = re.compile(r"([A-Za-z_][\w.\-]*(?: [A-Za-z]\w*)?)\s+([-+]?[\d.]\S*)$")
_DEPTH = re.compile(r"d(\d{1,3})$")
_NEXT_PAIR = re.compile(r"[,;·]\s*|\s+(?=--?[a-z])|\s+(?=[A-Za-z_][\w.\-]*=)|\s+(?=d\d{1,3}\b)")


def hardware(text: str) -> str:
    """The machine in one spelling, `8×H100`, or "" where the text names none.

    Example:
        >>> hardware("8xH100"), hardware("1 x A100 80GB"), hardware("d24")
        ('8×H100', '1×A100 80GB', '')
    """
    match = _HARDWARE.fullmatch(plain(text))
    if not match:
        return ""
    return f"{match[1]}×{match[2]}" if match[1] else match[2]


def read_shorthand(text: str) -> tuple[dict[str, Value], str]:
    """Parameters and machine in a cell or line that writes a configuration in short.

    Args:
        text: "d24, lr=0.02", "depth 24; bs 32; 8×H100", "--depth=24 --fp8", "lr: 3e-4".

    Returns:
        The parameters by canonical name, and the machine or "". Words that are neither are left out.

    Example:
        >>> read_shorthand("d24, lr=0.02, 8xH100")
        ({'depth': 24, 'lr': 0.02}, '8×H100')
    """
    text = plain(text)
    params: dict[str, Value] = {}
    machine = ""
    if re.search(r"(?:^|\s)--[a-z]", text):
        return dict(parse_command(f"run {text}" if text.startswith("-") else text).params), ""
    for part in _NEXT_PAIR.split(text):
        part = part.strip()
        if match := _DEPTH.match(part):
            params["depth"] = int(match[1])
        elif found := hardware(part):
            machine = found
        elif match := _PAIR.match(part) or _BESIDE.match(part):
            name = match[1].replace("-", "_").replace(" ", "_")
            if name in ("gpu", "gpus", "hardware", "GPU", "GPUs") and hardware(match[2]):
                machine = hardware(match[2])
            else:
                params["depth" if name == "d" else name] = _value(match[2])
        elif re.fullmatch(r"[+]?(?:fp8|bf16|fp16|fp32|amp|compile|ema)", part):
            params[part.lstrip("+")] = True
    return params, machine


def _value(text: str) -> Value:
    """A configuration's value: a number, also with a suffix ("512K"), or the text as it stands."""
    cell = read_cell(text)
    if isinstance(cell.value, (bool, int, float)) and not cell.unit:
        return cell.value
    return typed(text)

"""Options of the test run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples at every run: a change is judged by the change. `--hypothesis-profile=default` hunts.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def _hang_ups_count(request: pytest.FixtureRequest) -> Iterator[None]:
    """A gate that runs under `nohup` ignores SIGHUP, and so would the commands of these tests."""
    if not request.node.nodeid.startswith("tests/test_process") or sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refresh-golden` writes the golden answers anew, to be read by eye before they are committed."""
    parser.addoption("--refresh-golden", action="store_true", help="write corpus/golden/ anew")


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden answers are written rather than compared."""
    return bool(request.config.getoption("--refresh-golden"))

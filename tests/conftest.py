"""Options of the test run."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same examples at every run: a change is judged by the change. `--hypothesis-profile=default` hunts.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refresh-golden` writes the golden answers anew, to be read by eye before they are committed."""
    parser.addoption("--refresh-golden", action="store_true", help="write corpus/golden/ anew")


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden answers are written rather than compared."""
    return bool(request.config.getoption("--refresh-golden"))

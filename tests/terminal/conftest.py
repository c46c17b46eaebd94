"""The process itself is under test."""

import pytest


@pytest.fixture(scope="session")
def forks() -> None:
    """Let every run start anew."""

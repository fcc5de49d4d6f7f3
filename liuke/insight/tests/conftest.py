"""A brand with figures, and a data directory of its own for each test."""

from datetime import UTC, datetime

import pytest

from liuke.insight.services.refresh import refresh
from liuke.insight.tests.builders import history


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.LIUKE_DATA = tmp_path


@pytest.fixture
def brand(transactional_db):
    """Forty customers with random orders in five months; a shop that is open around midnight."""
    history(40, first=datetime(2026, 6, 3, 16, 30, tzinfo=UTC), days=140, seed=2)
    return refresh(now=datetime(2026, 11, 2, 9, tzinfo=UTC))

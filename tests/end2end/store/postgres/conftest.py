"""A PostgreSQL server for the session, and a new database for each test that asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def url(server: Cluster) -> str:
    return server.make_database()

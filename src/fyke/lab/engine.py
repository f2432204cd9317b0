"""Where the lab's heavy steps run: in this process, with DuckDB. `fyke.lab.spark` runs the same ones on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from fyke.lab.campaigns.clusters import Bands, here


class Engine:
    """What differs between the places where the lab may run; equal input gives equal ids in all of them."""

    overlap = "list_has_any"  # the SQL function that says whether two lists share something

    @property
    def bands(self) -> Bands:
        """Who compares mails band by band."""
        return here

    @contextmanager
    def splink(self) -> Iterator[Any]:
        """The database that Splink asks, for one question."""
        from splink import DuckDBAPI  # noqa: PLC0415  a second to load

        connection = duckdb.connect()
        try:
            yield DuckDBAPI(connection)
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of what is held."""


LOCAL = Engine()

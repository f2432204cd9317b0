"""The engine on a cluster. A session is begun when it is first needed, and ended with the lab.

Workers run the Python that `PYSPARK_PYTHON` names (the driver's own path where it names none), with fyke installed.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fyke.lab.campaigns.clusters import Bands, Labels, here
from fyke.lab.campaigns.members import Rows
from fyke.lab.engine import Engine

SETTINGS = {
    "spark.app.name": "fyke lab",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",  # its replanning costs more than it saves on tables of sites
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


class Spark(Engine):
    """Runs Splink and the comparison of mails on the cluster of a master: spark://host:7077, local[4], yarn."""

    overlap = "arrays_overlap"

    def __init__(self, master: str, least: int = 0) -> None:
        """`least`: mails from which the cluster compares them; fewer are compared here sooner than sent."""
        self._master, self._least = master, least
        self._folder: TemporaryDirectory[str] | None = None  # files for the workers

    @cached_property
    def session(self) -> Any:
        """The session. Raises ValueError where there is no pyspark, no Java or no such master."""
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415  an extra
        except ImportError:
            raise ValueError("lab.engine spark: pyspark is not installed; the extra fyke[spark] brings it") from None
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(self._master)
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
            session.conf.set("spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism))
        except Exception as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ValueError(f"lab.spark {self._master}: {first}") from None
        return session

    @property
    def bands(self) -> Bands:
        """Who compares mails band by band: the cluster, from so many mails on."""
        return self._bands

    @contextmanager
    def splink(self) -> Iterator[Any]:
        """The database that Splink asks. Tables in between are kept by the workers, so no folder is shared."""
        from splink.backends.spark import SparkAPI  # noqa: PLC0415

        logging.getLogger("splink").setLevel(logging.ERROR)
        api: Any = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self.session, break_lineage_method="persist", register_udfs_automatically=False
        )
        try:
            yield api
        finally:
            self.session.catalog.clearCache()

    def close(self) -> None:
        """End the session, if one was begun."""
        if "session" in self.__dict__:
            self.session.stop()
            del self.session
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _bands(self, rows: Rows, labels: Labels, *, strict: bool) -> Labels:
        if len(rows) < max(self._least, 1):
            return here(rows, labels, strict=strict)
        from fyke.lab.spark.bands import Compared  # noqa: PLC0415

        context = self.session.sparkContext
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="fyke-spark-")
        return Compared(context, Path(self._folder.name))(rows, labels, strict=strict)

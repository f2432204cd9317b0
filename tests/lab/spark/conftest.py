"""One cluster and one session for all tests of the lab on Spark: starting them takes most of the time."""

import pytest

from tests.lab.spark.cluster import Cluster, wanted


@pytest.fixture(scope="package")
def cluster(tmp_path_factory):
    wanted()
    with pytest.MonkeyPatch.context() as patch:
        started = Cluster(tmp_path_factory.mktemp("spark"))
        try:
            for name, value in started.settings.items():
                patch.setenv(name, value)
            yield started
        finally:
            started.stop()


@pytest.fixture(scope="package")
def spark(cluster):
    from fyke.lab.spark.engine import Spark

    engine = Spark(cluster.master)
    yield engine
    engine.close()

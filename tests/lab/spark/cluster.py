"""A Spark cluster on this machine, a master and two workers, as long as a test session needs one."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SETTINGS = """\
spark.executor.memory 512m
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1
spark.sql.codegen.wholeStage false
"""  # compiling takes longer than tables of tests
START_S = 60.0


def wanted():
    """Skip on a laptop without pyspark or Java; in CI nothing may be missing."""
    missing = [name for name in ("pyspark", "pandas") if importlib.util.find_spec(name) is None]
    missing += [] if shutil.which("java") else ["java"]
    if missing:
        assert not os.environ.get("CI"), f"{missing} are not installed: run `make peers spark`"
        pytest.skip(f"{missing} are not installed")


class Cluster:
    """Processes of a master and its workers, each with one core."""

    def __init__(self, folder, workers=2):
        from pyspark.find_spark_home import _find_spark_home

        self.folder = folder
        self._home = _find_spark_home()
        self._started = []
        (folder / "conf").mkdir()
        (folder / "conf" / "spark-defaults.conf").write_text(SETTINGS)
        self.settings = {
            "SPARK_CONF_DIR": str(folder / "conf"), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": self._home,
            "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_DAEMON_MEMORY": "256m",
        }  # fmt: skip
        port = _free()
        self.master = f"spark://127.0.0.1:{port}"
        self._start("master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for _ in range(workers):
            self._start(
                "worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "600m", "--webui-port", "0",
                "--work-dir", str(folder / "work"), self.master,
            )  # fmt: skip
        self._wait(lambda: self._log(0).count("Registering worker") == workers)

    def _start(self, kind, *args):
        command = [f"{self._home}/bin/spark-class", f"org.apache.spark.deploy.{kind}", *args]
        with (self.folder / f"{len(self._started)}.log").open("wb") as log:
            self._started.append(
                subprocess.Popen(
                    command, stdout=log, stderr=log, env={**os.environ, **self.settings}, start_new_session=True
                )
            )
        if len(self._started) == 1:
            self._wait(lambda: "New state: ALIVE" in self._log(0))

    def _log(self, number):
        return (self.folder / f"{number}.log").read_text(errors="replace")

    def _wait(self, is_there):
        end = time.monotonic() + START_S
        while not is_there():
            assert time.monotonic() < end, self._log(len(self._started) - 1)
            assert all(each.poll() is None for each in self._started), self._log(len(self._started) - 1)
            time.sleep(0.1)

    def stop(self):
        """End what was started, workers first."""
        for each in reversed(self._started):
            each.send_signal(signal.SIGTERM)
        for each in reversed(self._started):
            try:
                each.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(each.pid, signal.SIGKILL)
                each.wait()


def _free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

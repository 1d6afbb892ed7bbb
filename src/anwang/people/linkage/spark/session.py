"""A Spark session, or in words what is missing for one."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17


class NoSparkError(Exception):
    """Spark cannot run here; the message (zh-TW) says what to do."""


def missing() -> str | None:
    """What is missing on this machine, in words, and how to get it; None when Spark can run."""
    if importlib.util.find_spec("pyspark") is None:
        return "沒有安裝 PySpark。請執行 ./anwang link-on-spark（第一次會下載約 430 MB），或 pip install '.[spark]'。"
    version = _java_version()
    if version is None:
        return (
            f"找不到 Java。Spark 需要 Java {OLDEST_JAVA} 以上：Debian、Ubuntu 請執行 "
            f"sudo apt-get install openjdk-{OLDEST_JAVA}-jre-headless，或把 JAVA_HOME 指向已安裝的 Java。"
        )
    if version < OLDEST_JAVA:
        return (
            f"這裡的 Java 是第 {version} 版，Spark 需要第 {OLDEST_JAVA} 版以上；請安裝後把 JAVA_HOME 指向它。"
        )
    return None


def _java_version() -> int | None:
    """The major version of the Java that Spark would take; None where there is none that answers."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if program is None:
        return None
    try:
        answer = subprocess.run(  # noqa: S603
            [program, "-version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(told[1]) if told else None


def session(master: str | None, settings: dict[str, str] | None = None) -> SparkSession:
    """A session at `master`; without one at that of `spark-submit`, else on this machine's processors. NoSparkError."""
    lack = missing()
    if lack is not None:
        raise NoSparkError(lack)
    from pyspark.sql import SparkSession

    # Workers on this machine run this Python, which has the engine; on others PYSPARK_PYTHON says which one does.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("anwang")
    if master is not None:
        builder = builder.master(master)
    elif "PYSPARK_GATEWAY_PORT" not in os.environ:
        builder = builder.master("local[*]")
    if master is not None and master.startswith("local"):
        builder = builder.config("spark.driver.host", "127.0.0.1").config(
            "spark.driver.bindAddress", "127.0.0.1"
        )
    for name, value in (_SETTINGS | (settings or {})).items():
        builder = builder.config(name, value)
    try:
        made: SparkSession = builder.getOrCreate()
    except Exception as error:
        raise NoSparkError(f"Spark 無法啟動（{str(error).splitlines()[0]}）。") from error
    made.sparkContext.setLogLevel("ERROR")
    # Splink's sixty conditions are more than Spark compiles into one function: it goes on without, after pages of complaint.
    java: Any = made.sparkContext._jvm
    log4j = java.org.apache.logging.log4j
    log4j.core.config.Configurator.setLevel(_COMPLAINS, log4j.Level.OFF)
    return made


_COMPLAINS = "org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator"
_SETTINGS = {
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    # every record and every pair matters: Spark must not guess what is small and send it to all
    "spark.sql.adaptive.enabled": "false",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
}

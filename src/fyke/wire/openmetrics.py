"""Figures as OpenMetrics 1.0 text, which Prometheus and its kin read.

A figure is named `name` or `name{label="value"}`. What it is follows from its name, as the format itself has it:
`_total` is a counter, `_bucket` with `le`, `_count` and `_sum` are a histogram, all else is a gauge; `_seconds`,
`_bytes` and `_ratio` before that are units.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
UNITS: Final = ("seconds", "bytes", "ratio")
_FIGURE: Final = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})?')
_KINDS: Final = {"_total": "counter", "_bucket": "histogram", "_count": "histogram", "_sum": "histogram"}


def labelled(name: str, **labels: str) -> str:
    """The name of a figure with labels, their values escaped."""
    pairs = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return f"{name}{{{pairs}}}"


def render(figures: Mapping[str, float], texts: Mapping[str, str] | None = None, *, prefix: str = "fyke_") -> bytes:
    """The page of all figures; `texts` tell of a family by its name without prefix. What is no figure is left out."""
    families: dict[str, list[tuple[str, str, float]]] = {}
    histograms = {
        name[: -len("_bucket")] for name in (key.partition("{")[0] for key in figures) if name[-7:] == "_bucket"
    }
    for key, value in figures.items():
        parts = _FIGURE.fullmatch(key)
        if parts is None or math.isnan(value):
            continue
        families.setdefault(_family(parts[1], histograms), []).append((parts[1], parts[2] or "", value))
    lines: list[str] = []
    for family, samples in families.items():
        lines += _head(family, _kind(samples[0][0], family), prefix, (texts or {}).get(family, ""))
        lines += [f"{prefix}{name}{labels} {_number(value)}" for name, labels, value in samples]
    return "\n".join([*lines, "# EOF\n"]).encode()


def _family(name: str, histograms: set[str]) -> str:
    """The name under which a sample's kind is told."""
    stem, _, suffix = name.rpartition("_")
    if suffix == "total" and stem:
        return stem
    return stem if suffix in ("bucket", "count", "sum") and stem in histograms else name


def _kind(name: str, family: str) -> str:
    return _KINDS[name[len(family) :]] if name != family else "gauge"


def _head(family: str, kind: str, prefix: str, text: str) -> list[str]:
    lines = [f"# TYPE {prefix}{family} {kind}"]
    unit = family.rpartition("_")[2]
    if unit in UNITS and unit != family:
        lines.append(f"# UNIT {prefix}{family} {unit}")
    if text:
        lines.append(f"# HELP {prefix}{family} {_escaped(text)}")
    return lines


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

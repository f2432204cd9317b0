"""The figures of a gate as OpenMetrics: what counts up is a counter with its unit, what goes up and down is a gauge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fyke.wire.openmetrics import labelled, render

GAUGES: Final = frozenset(("connections_open", "workers", "spilled"))  # all others only go up
BY_LABEL: Final = {"label": "label", "action": "action", "early": "action"}  # what stands behind "label_", ...
NAMES: Final = {"bytes": "scanned_bytes", "seconds": "scan_seconds", "bytes_in": "received_bytes"}  # with their units
TEXTS: Final = {
    "scanned": "Mails judged.",
    "files": "Files judged that came by no mail.",
    "learned": "Labels taken.",
    "broken": "Mails and files that could not be judged or not be written down.",
    "scanned_bytes": "Bytes of mails judged.",
    "scan_seconds": "Time spent on judging, with the waits for answers.",
    "faults": "Detectors, engines and questions that failed on a mail.",
    "label": "Mails judged, by what they were called.",
    "action": "Mails judged, by what was done with them.",
    "early": "Envelopes judged before the mail had come, by what was said.",
    "connections": "Connections taken.",
    "connections_open": "Connections open now.",
    "connections_refused": "Connections refused for want of room.",
    "protocol_errors": "Things that clients said and that their protocol does not have.",
    "clients_gone": "Connections that ended in the middle.",
    "door_faults": "Faults of doors: bugs.",
    "received_bytes": "Bytes that came from clients.",
    "worker_starts": "Processes that were started to judge mail.",
}


def metrics(figures: Mapping[str, float]) -> bytes:
    """The page. A figure that nobody described here is told too, as a counter."""
    return render({_named(key): value for key, value in figures.items()}, TEXTS)


def _named(key: str) -> str:
    """The name of a figure as the format has it: `label_ham` is `label_total{label="ham"}`."""
    name, brace, labels = key.partition("{")
    if name in GAUGES or name.endswith(("_total", "_bucket", "_count", "_sum", "_ratio")):
        return key
    kind, _, value = name.partition("_")
    if kind in BY_LABEL and value and not brace:
        return labelled(f"{kind}_total", **{BY_LABEL[kind]: value})
    return f"{NAMES.get(name, name)}_total{brace}{labels}"

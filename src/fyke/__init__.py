"""fyke: one open defence against email threats."""

import os

# Before numpy is loaded: its threads would wait for matrices by spinning, a tenth of a second of each start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"

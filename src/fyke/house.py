"""The one place where parts are joined: config to detectors and policy to engine."""

from __future__ import annotations

import gc
from pathlib import Path

from fyke.config import Config, Problem, nearest
from fyke.detect import packaged
from fyke.detect.check import DetectorError
from fyke.detect.lexicon.themes import LexiconError
from fyke.engine import Engine
from fyke.judge import load
from fyke.learn.base import empty
from fyke.learn.base import packaged as packaged_base
from fyke.learn.model import Model
from fyke.learn.opinion import SYMBOLS, Opinion


def build(config: Config | None = None) -> Engine:
    """An engine as the config wants it. Raises `Problem` for what cannot be."""
    config = Config() if config is None else config
    try:
        detectors = packaged(config.site.own_domains, [Path(path) for path in config.judge.lexicons])
    except (DetectorError, LexiconError) as error:
        raise Problem(str(error)) from None
    names = [detector.name for detector in detectors]
    for name in config.judge.disabled:
        if name not in names:
            raise Problem(f"judge.disabled: no detector {name}{nearest(name, names)}")
    symbols = [*(symbol for detector in detectors for symbol in detector.symbols), *SYMBOLS]
    return Engine(
        detectors=[detector for detector in detectors if detector.name not in config.judge.disabled],
        policy=load(symbols, [Path(path) for path in config.judge.policy]),
        skipped=[f"{name}: disabled in the config" for name in config.judge.disabled],
        opinion=Opinion(Model(base=packaged_base() if config.learn.base else empty())),
    )


def settle() -> None:
    """Tell the collector that what is loaded stays: workers share its pages, and no mail makes it look through them.

    A mail's objects die when their last name goes; the collector is for circles, which are rare, so it looks seldom.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # some twenty mails' objects, instead of a quarter of one's

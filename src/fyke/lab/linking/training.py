"""The model that weighs pairs, as Splink has it: levels of each comparison, and the m of each, typical or learned.

A level's m is how often two sites of one owner share, as the rarest thing in that family, a mark of that rarity. It is
estimated by expectation-maximisation over pairs found by one family at a time, which is then left out of the estimate.
What is learned from few pairs leans on what is typical.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fyke.lab.linking.marks import FAMILIES

# Levels of rarity: strangers up to so many. Beyond the last a mark is no evidence.
LEVELS = (0.25, 1.0, 4.0, 16.0, 64.0, 256.0)
TYPICAL = (0.30, 0.12, 0.08, 0.05, 0.04, 0.03)  # m of each level before anything is learned
AGREE = 0.5  # how often two sites of one owner agree in a family at all, roughly
RENTED = "rented"  # the comparison of all that is let to many: it counts once, however many landlords
COMPARISONS = (*FAMILIES, RENTED)
AGAINST = 0.25  # of the u of "nothing shared": no family alone speaks against a pair by more than two bits
LEAST_PAIRS = 500  # pairs that one family must find to teach anything about the others
WEIGHT = 1_000.0  # pairs that what is typical is worth beside what was learned
SESSIONS = 3  # families by which pairs are found to learn from
DIGITS = 6  # kept of what is learned: two databases add in two orders
FLOOR, CEILING = 0.01, 0.6  # of a learned m: neither a proof for nor one against

Probabilities = dict[str, list[float]]  # by comparison, of each level


def settings(u: Probabilities, m: Probabilities, prior: float, overlap: str) -> Any:
    """What Splink wants to know. `overlap`: the database's word for two lists that share something."""
    from splink import SettingsCreator, block_on  # noqa: PLC0415

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="site",
        comparisons=[_comparison(name, u[name], m[name], overlap) for name in COMPARISONS],
        blocking_rules_to_generate_predictions=[block_on("evidence", arrays_to_explode=["evidence"])],
        probability_two_random_records_match=prior,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(name: str, u: list[float], m: list[float], overlap: str) -> dict[str, Any]:
    """Levels from the rarest on; where one of the two is unknown in this family nothing is said."""
    levels: list[dict[str, Any]] = [
        {
            # the column by which pairs are found is named, so that Splink leaves this comparison out meanwhile
            "sql_condition": f"NOT {name}_known_l OR NOT {name}_known_r OR ({name}_first_l IS NULL AND FALSE)",
            "label_for_charts": "unknown",
            "is_null_level": True,
        }
    ]
    levels += [
        {
            "sql_condition": f"{overlap}({name}_{at}_l, {name}_{at}_r)",
            "label_for_charts": f"shared, with up to {LEVELS[at]:g} strangers",
            "m_probability": m[at],
            "u_probability": u[at],
            "fix_u_probability": True,
        }
        for at in range(len(LEVELS))
    ]
    levels.append(
        {
            "sql_condition": "ELSE",
            "label_for_charts": "nothing shared",
            "m_probability": _nothing(u, m),
            "u_probability": 1 - sum(u),
            "fix_u_probability": True,
        }
    )
    return {"output_column_name": name, "comparison_levels": levels, "comparison_description": name}


def _nothing(u: list[float], m: list[float]) -> float:
    """The m of sharing nothing: what is left, but not so little that it alone would part two sites."""
    return max(1 - sum(m), AGAINST * (1 - sum(u)))


def bits(u: list[float], m: list[float]) -> tuple[float, ...]:
    """What each level weighs, the last where nothing is shared."""
    return tuple(float(np.log2(one / other)) for one, other in zip([*m, _nothing(u, m)], [*u, 1 - sum(u)], strict=True))


def typical() -> Probabilities:
    """The m before anything is learned."""
    return {name: list(TYPICAL) for name in COMPARISONS}


def learned(frame: Any, table: pa.Table, u: Probabilities, prior: float, overlap: str) -> Probabilities:
    """The m of each level, learned where there are pairs enough."""
    from splink import Linker, block_on  # noqa: PLC0415

    begun = typical()
    columns = [name for _, name in sorted(_finders(table), reverse=True)[:SESSIONS]]
    if len(columns) < 2:
        return begun
    linker = Linker(frame, settings(u, begun, prior, overlap), log_level=logging.ERROR, validate_settings=False)
    counted: dict[str, list[float]] = {}
    for column in columns:
        with suppress(ValueError):  # a level that no pair is left for: Splink refuses an m of nought
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(column), fix_u_probabilities=True
            )
    model = linker.misc.save_model_to_json()
    pairs = float(sum(count for count, name in _finders(table) if name in columns))
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        found = [each.get("m_probability") for each in comparison["comparison_levels"] if not each.get("is_null_level")]
        leaned = [_leaned(each, usual, pairs) for each, usual in zip(found, begun[name], strict=False)]
        counted[name] = _falling(leaned, u[name])
    return {name: counted.get(name, begun[name]) for name in COMPARISONS}


def _falling(m: list[float], u: list[float]) -> list[float]:
    """The same, but so that a rarer mark never weighs less than a more common one."""
    least = 0.0
    for at in reversed(range(len(u))):
        m[at] = max(m[at], least * u[at])
        least = m[at] / u[at]
    return m


def _leaned(found: float | None, usual: float, pairs: float) -> float:
    if found is None:
        return usual
    return round(float(np.clip((found * pairs + usual * WEIGHT) / (pairs + WEIGHT), FLOOR, CEILING)), DIGITS)


def _finders(table: pa.Table) -> list[tuple[int, str]]:
    """Columns by which pairs can be found to learn from, each with how many."""
    found = []
    for family in FAMILIES:
        name = f"{family}_first"
        counts = pc.value_counts(pc.drop_null(table.column(name))).field("counts").to_numpy(zero_copy_only=False)
        pairs = int((counts * (counts - 1) // 2).sum())
        if pairs >= LEAST_PAIRS:
            found.append((pairs, name))
    return found

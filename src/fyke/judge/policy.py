"""The policy: how much each fact weighs, how much a group may, where the thresholds lie, what is done.

Layers, later ones winning: declared (a symbol's own bits) < shipped (`policy.toml` beside this file) < site < override.
Everything is checked when it is read; a wrong name is a `Problem` with file, line and the nearest right name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from fyke.config import Problem, line_of, nearest, read_toml
from fyke.judge import compose
from fyke.judge.site import SiteRule, complaint
from fyke.model import Action, Label, Symbol

SHIPPED = Path(__file__).parent / "policy.toml"


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """Bits at which a mail is called something."""

    unwanted: float
    unsure: float
    bulk: float


class Calibration(Struct, frozen=True, forbid_unknown_fields=True):
    """From bits to a probability: 1 / (1 + 2 ** -(slope * bits + offset)). Facts are not independent, so slope < 1."""

    slope: float
    offset: float


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts of one kind are not independent: together they count between `least` and `most` bits."""

    text: str
    most: float
    least: float
    counts_for: Literal["unwanted", "bulk", "trade"] = "unwanted"
    curve: float = 1.0  # a finding of weight w counts w ** curve of its bits; above 1, half a sign is less than half


class Composite(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts that say more (or less) together than their sum."""

    name: str
    when: str
    text: str
    bits: float
    leans: Label = Label.SPAM
    category: str = ""


class Recipients(Struct, frozen=True, forbid_unknown_fields=True):
    """What is otherwise for some recipients: thresholds and actions."""

    match: tuple[str, ...]  # shell patterns over the address, lower case
    unwanted: float | None = None
    unsure: float | None = None
    actions: dict[Label, Action] = {}


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """The merged layers as data."""

    prior: float
    category: float  # bits from which a category is named
    thresholds: Thresholds
    calibration: Calibration
    groups: dict[str, Group]
    actions: dict[Label, Action]
    unscannable: Action = Action.ACCEPT  # what is done at least with mail in which a file could not be looked into
    bits: dict[str, float] = {}
    composites: dict[str, Composite] = {}
    recipients: dict[str, Recipients] = {}
    rules: dict[str, SiteRule] = {}  # in their order


class Rule(Struct, frozen=True):
    """A composite, ready to be tested."""

    composite: Composite
    test: compose.Test
    needs: frozenset[str]


class Entry(Struct, frozen=True):
    """One value of the policy and where it was set: for `fyke policy`."""

    name: str  # dotted, such as "thresholds.unwanted" or "bits.LEX_DRUGS"
    value: Any
    shipped: Any  # None where the shipped policy does not have it
    origin: str  # "declared", "shipped", or "FILE:LINE"


class Policy(Struct, frozen=True):
    """A policy that was checked against the symbols there are."""

    id: str  # changes when anything in it changes
    rules: Rules
    bits: dict[str, int]  # hundredths, by symbol
    symbols: dict[str, Symbol]
    composites: tuple[Rule, ...]
    entries: tuple[Entry, ...]


def load(symbols: Iterable[Symbol], layers: Sequence[Path] = (), shipped_path: Path = SHIPPED) -> Policy:
    """The shipped policy with the layers over it. Raises `Problem`."""
    declared = {symbol.name: symbol for symbol in symbols}
    tree: dict[str, Any] = {}
    origins: dict[str, tuple[Path, str]] = {}
    shipped: dict[str, Any] = {}
    for path in (shipped_path, *layers):
        layer, text = read_toml(path)
        _check(layer, declared, tree, path, text)
        leaves = {".".join(name): value for name, value in _leaves(layer)}
        for name, value in _leaves(layer):
            _put(tree, name, value)
        origins.update(dict.fromkeys(leaves, (path, text)))
        shipped = shipped or leaves
        try:
            rules = msgspec.convert(_named(tree), Rules)
        except msgspec.ValidationError as error:
            raise _misfit(error, leaves, path, text) from None
    _check_groups(rules, declared)
    _check_rules(rules, declared, origins)
    return Policy(
        id=hashlib.sha256(msgspec.json.encode([rules, sorted(declared.values(), key=lambda s: s.name)])).hexdigest()[
            :12
        ],
        rules=rules,
        bits={name: _hundredths(rules.bits.get(name, symbol.bits)) for name, symbol in declared.items()},
        symbols=declared,
        composites=tuple(_rules(rules, declared, origins)),
        entries=tuple(_entries(tree, declared, origins, shipped, shipped_path)),
    )


def _hundredths(bits: float) -> int:
    return round(bits * 100)


def _leaves(tree: dict[str, Any], at: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*at, key))
        else:
            yield (*at, key), value


def _put(tree: dict[str, Any], name: tuple[str, ...], value: Any) -> None:
    for key in name[:-1]:
        tree = tree.setdefault(key, {})
    tree[name[-1]] = value


def _named(tree: dict[str, Any]) -> dict[str, Any]:
    """Composites get the name of their table."""
    composites = {name: {"name": name, **body} for name, body in tree.get("composites", {}).items()}
    return {**tree, "composites": composites}


def _check(layer: dict[str, Any], declared: dict[str, Symbol], below: dict[str, Any], path: Path, text: str) -> None:
    """Names of a layer against what there is."""

    def known(table: str, names: Iterable[str]) -> None:
        body = layer.get(table, {}) if table else layer
        names = list(names)
        for key in body if isinstance(body, dict) else ():
            if key not in names:
                what = f"{key} in [{table}]" if table else f"[{key}]"
                where = f"{table}.{key}" if table else key
                raise Problem(f"the policy has no {what}{nearest(key, names)}", path, line_of(text, where))

    known("", Rules.__struct_fields__)
    known("bits", declared)
    known("thresholds", Thresholds.__struct_fields__)
    known("calibration", Calibration.__struct_fields__)
    known("actions", list(Label))
    if below:  # a layer may change a group but not invent one: no symbol would be in it
        known("groups", below["groups"])


def _misfit(error: msgspec.ValidationError, leaves: dict[str, Any], path: Path, text: str) -> Problem:
    """A value of the wrong type, said with the place where this layer wrote it."""
    sentence, _, where = str(error).partition(" - at `")
    is_key = where.startswith("key`")
    at = where.rpartition("$.")[2].rstrip("`")
    like = re.compile(re.escape(at).replace(r"\[\.\.\.\]", r"\.[^.]+"))
    near = [key for key in leaves if like.match(key)]
    written = (key.rpartition(".")[2] if is_key else leaves[key] for key in near)
    key = next((key for key, word in zip(near, written, strict=True) if repr(word) in sentence), (near or [at])[0])
    if wrong := re.fullmatch("Invalid enum value '(.*)'", sentence, re.DOTALL):
        right = _choices(key, is_key)
        sentence = f"{wrong[1]} is none of {', '.join(right)}{nearest(wrong[1], right)}"
    return Problem(f"{key}: {sentence}", path, line_of(text, key))


def _choices(key: str, is_key: bool) -> tuple[str, ...]:
    """The words that may stand as the value of a key of the policy, or as the key itself."""
    if key.endswith(".counts_for"):
        return ("unwanted", "bulk", "trade")
    return tuple(Label) if is_key or key.endswith(".leans") else tuple(Action)


def _check_groups(rules: Rules, declared: dict[str, Symbol]) -> None:
    for symbol in declared.values():
        if symbol.group not in rules.groups:
            near = nearest(symbol.group, rules.groups)
            raise Problem(f"the policy has no group {symbol.group}, which {symbol.name} is in{near}")


def _check_rules(rules: Rules, declared: dict[str, Symbol], origins: dict[str, tuple[Path, str]]) -> None:
    for name, rule in rules.rules.items():
        if wrong := complaint(rule, {*declared, *rules.composites}):
            key, what, right = wrong
            near = next((at for at in origins if at.startswith(f"rules.{name}.{key}")), f"rules.{name}")
            path, text = origins.get(near, (SHIPPED, ""))
            word = what.split(" ", 1)[0] if not what.startswith("no detector") else what.rpartition(" ")[2]
            raise Problem(f"rules.{name}.{key}: {what}{nearest(word, right)}", path, line_of(text, near))


def _rules(rules: Rules, declared: dict[str, Symbol], origins: dict[str, tuple[Path, str]]) -> Iterable[Rule]:
    for composite in rules.composites.values():
        key = f"composites.{composite.name}.when"
        path, text = origins.get(key, (SHIPPED, ""))
        try:
            test, names, needs = compose.parse(composite.when)
        except ValueError as error:
            raise Problem(f"{key} {error}", path, line_of(text, key)) from None
        for name in names - declared.keys():
            raise Problem(
                f"{key} names {name}, which no detector declares{nearest(name, declared)}", path, line_of(text, key)
            )
        yield Rule(composite, test, needs)


def _entries(
    tree: dict[str, Any],
    declared: dict[str, Symbol],
    origins: dict[str, tuple[Path, str]],
    shipped: dict[str, Any],
    shipped_path: Path,
) -> Iterable[Entry]:
    for name, value in _leaves(tree):
        key = ".".join(name)
        path, text = origins[key]
        origin = "shipped" if path == shipped_path else f"{path}:{line_of(text, key)}"
        yield Entry(key, value, shipped.get(key, _declared_bits(key, declared)), origin)
    for symbol in declared.values():
        if f"bits.{symbol.name}" not in origins:
            yield Entry(f"bits.{symbol.name}", symbol.bits, symbol.bits, "declared")


def _declared_bits(key: str, declared: dict[str, Symbol]) -> float | None:
    symbol = declared.get(key.removeprefix("bits."))
    return symbol.bits if symbol else None

"""PPMd variant H, as 7-Zip and RAR 3 write it: text by the odds of each byte behind the bytes before it.

Ppmd7.c and Ppmd7Dec.c of the LZMA SDK (public domain, after Shkarin) describe the model. Contexts and states are
objects here; of the memory that the format counts with only the sizes are kept, up to the moment when it is spent: what
would come then hangs on addresses, and ends with `Broken` (16 MB of memory last for some megabytes of text).
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.codecs.ranges import Ranges, SevenZipRanges

ORDERS = range(2, 65)
MEMORY = range(1 << 11, (1 << 32) - 36 * 12)
PIECE_BYTES = 4_096  # given at once: some milliseconds of work
MAX_FREQ = 124
UNIT = 12  # bytes of a context, or of two states
EXP_ESCAPE = (25, 14, 9, 7, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2)
INIT_BIN_ESC = (0x3CDD, 0x1F3F, 0x59BF, 0x48F3, 0x64A1, 0x5ABC, 0x6632, 0x6051)
_UNITS = (*range(1, 5), *range(6, 13, 2), *range(15, 25, 3), *range(28, 129, 4))  # sizes of blocks
_INDEX = tuple(next(i for i, units in enumerate(_UNITS) if units >= wanted) for wanted in range(1, 129))
_HIGH = (0,) * 64 + (8,) * 192
_BY_STATES = (0, 2, *(4,) * 9, *(6,) * 245)  # NS2BSIndx


def _masked_classes() -> tuple[int, ...]:
    """NS2Indx: classes of how many symbols are left, each one wider than the last."""
    found, step, left = [0, 1, 2], 3, 1
    while len(found) < 256:
        found.append(step)
        left -= 1
        if not left:
            step += 1
            left = step - 2
    return tuple(found)


_CLASSES = _masked_classes()


class State:
    """A symbol within a context."""

    __slots__ = ("freq", "next", "symbol")

    def __init__(self, symbol: int, freq: int, following: Context | int | None) -> None:
        self.symbol, self.freq, self.next = symbol, freq, following  # a number is a place in the text


class Context:
    """What came before, and what followed it so far."""

    __slots__ = ("states", "suffix", "total")

    def __init__(self, states: list[State], suffix: Context | None, total: int = 0) -> None:
        self.states, self.suffix, self.total = states, suffix, total


class Model:
    """The model, which both sides build alike."""

    def __init__(self, order: int, memory: int) -> None:
        self.order, self.memory = order, memory
        self.escape = 0
        self.restart()

    def restart(self) -> None:
        """Forget everything."""
        self.units = self.memory // 8 // UNIT * 7  # room for contexts and states
        self.text_end = self.memory - self.units * UNIT
        self.free = [0] * len(_UNITS)
        self.text = bytearray()
        self.fall = self.order
        self.run = self.first_run = -min(self.order, 12) - 1
        self.success = self.high = 0
        self.units -= 1 + 128
        states = [State(symbol, 1, None) for symbol in range(256)]
        self.least = self.most = Context(states, None, 257)
        self.found = states[0]
        self.bins = [[(1 << 14) - INIT_BIN_ESC[k & 7] // (i + 2) for k in range(64)] for i in range(128)]
        self.sees = [[[(5 * i + 10) << 3, 3, 4] for _ in range(16)] for i in range(25)]  # sum, shift, count

    def decode(self, ranges: Ranges) -> int:
        """The next byte, or -1 at the end."""
        least = self.least
        states = least.states
        if len(states) == 1:
            masked = self._binary(ranges, least, states[0])
            if masked is None:
                return self._advance(self.found)
        else:
            count, high = ranges.threshold(least.total), states[0].freq
            if count < high:
                ranges.take(0, high)
                self.found = state = states[0]
                self.success = int(2 * high > least.total)
                self.run += self.success
                least.total += 4
                state.freq += 4
                if state.freq > MAX_FREQ:
                    self._rescale()
                return self._advance(self.found, state.symbol)
            self.success = 0
            for place in range(1, len(states)):
                state = states[place]
                high += state.freq
                if high > count:
                    ranges.take(high - state.freq, state.freq)
                    return self._found_later(least, state, place)
            if count >= least.total:
                raise Broken("PPMd: a symbol beyond the last")
            self.high = _HIGH[self.found.symbol]
            ranges.take(high, least.total - high)
            masked = {state.symbol for state in states}
        return self._escaped(ranges, masked)

    def _binary(self, ranges: Ranges, least: Context, state: State) -> set[int] | None:
        """A context with one symbol: that one, or what is masked now."""
        if least.suffix is None:
            raise Broken("PPMd: a context that hangs in the air")
        odds = self.bins[state.freq - 1]
        self.high = _HIGH[self.found.symbol]
        index = self.success + _BY_STATES[len(least.suffix.states) - 1] + self.high + 2 * _HIGH[state.symbol]
        index += 0x20 if self.run < 0 else 0
        chance = odds[index]
        if not ranges.bit(chance):
            odds[index] = chance + 128 - (chance + 32 >> 7)
            self.found = state
            state.freq += state.freq < 128
            self.success = 1
            self.run += 1
            return None
        odds[index] = chance = chance - (chance + 32 >> 7)
        self.escape = EXP_ESCAPE[chance >> 10]
        self.success = 0
        return {state.symbol}

    def _found_later(self, least: Context, state: State, place: int) -> int:
        self.found = state
        state.freq += 4
        least.total += 4
        states = least.states
        if state.freq > states[place - 1].freq:
            states[place - 1], states[place] = state, states[place - 1]
            if state.freq > MAX_FREQ:
                self._rescale()
        return self._advance(self.found, state.symbol)

    def _advance(self, found: State, symbol: int = -1) -> int:
        """Go to the next context after a symbol that was no escape."""
        symbol = found.symbol if symbol < 0 else symbol
        following = found.next
        if self.fall == 0 and isinstance(following, Context):
            self.least = self.most = following
        else:
            self._update()
        return symbol

    def _escaped(self, ranges: Ranges, masked: set[int]) -> int:
        """Look in shorter contexts, without the symbols that it was not."""
        least = self.least
        while True:
            count = len(masked)
            while True:
                self.fall += 1
                if least.suffix is None:
                    self.least = least
                    return -1
                least = least.suffix
                if len(least.states) != count:
                    break
            self.least = least
            left = [state for state in least.states if state.symbol not in masked]
            high = sum([state.freq for state in left])
            see, escape = self._see(least, count)
            total = escape + high
            threshold = ranges.threshold(total)
            if threshold < high:
                start = 0
                for state in left:
                    start += state.freq
                    if start > threshold:
                        break
                ranges.take(start - state.freq, state.freq)
                if see[1] < 7:
                    see[2] -= 1
                    if not see[2]:
                        see[0], see[2], see[1] = see[0] << 1 & 0xFFFF, 3 << see[1] & 0xFF, see[1] + 1
                self.found = state
                least.total += 4
                state.freq += 4
                symbol = state.symbol
                if state.freq > MAX_FREQ:
                    self._rescale()
                self.run = self.first_run
                self._update()
                return symbol
            if threshold >= total:
                raise Broken("PPMd: a symbol beyond the last")
            ranges.take(high, total - high)
            see[0] = see[0] + total & 0xFFFF
            masked.update([state.symbol for state in left])

    def _see(self, least: Context, masked: int) -> tuple[list[int], int]:
        """How likely an escape is, by how things went in contexts of the same sort."""
        count = len(least.states)
        if count == 256 or least.suffix is None:
            return [0, 7, 0], 1
        left = count - masked
        see = self.sees[_CLASSES[left - 1]][
            (left < len(least.suffix.states) - count) + 2 * (least.total < 11 * count) + 4 * (masked > left) + self.high
        ]
        mean = see[0] >> see[1]
        see[0] = see[0] - mean & 0xFFFF
        return see, mean or 1

    def _allocate(self, index: int) -> None:
        """Count a block of states."""
        if self.free[index]:
            self.free[index] -= 1
        elif self.units >= _UNITS[index]:
            self.units -= _UNITS[index]
        else:
            raise Broken("PPMd: the memory of the model is spent")

    def _allocate_context(self) -> None:
        if self.units:
            self.units -= 1
        else:
            self._allocate(0)

    def _rescale(self) -> None:
        """Halve what was counted, before a count takes more than a byte."""
        least, found = self.least, self.found
        states = least.states
        states.remove(found)
        states.insert(0, found)
        escape, adder = least.total - found.freq, int(self.fall != 0)
        found.freq = found.freq + 4 + adder >> 1
        total = found.freq
        for place in range(1, len(states)):
            state = states[place]
            escape -= state.freq
            state.freq = state.freq + adder >> 1
            total += state.freq
            if state.freq > states[place - 1].freq:
                goal = place - 1
                while goal and state.freq > states[goal - 1].freq:
                    goal -= 1
                states.insert(goal, states.pop(place))
        before = len(states)
        while not states[-1].freq:
            states.pop()
        if len(states) != before:
            escape += before - len(states)
            if self._shrink(before, len(states)):
                only = states[0]
                while True:
                    only.freq -= only.freq >> 1
                    escape >>= 1
                    if escape <= 1:
                        break
                self.found = only
                return
        least.total = total + escape - (escape >> 1)
        self.found = states[0]

    def _shrink(self, before: int, after: int) -> bool:
        """Count units that are free again; whether the context has one symbol now."""
        old = _INDEX[(before + 1 >> 1) - 1]
        if after == 1:
            self.free[old] += 1
            return True
        new = _INDEX[(after + 1 >> 1) - 1]
        if old != new:
            if self.free[new]:
                self.free[new] -= 1
                self.free[old] += 1
            else:
                units = _UNITS[old] - _UNITS[new]
                index = _INDEX[units - 1]
                if _UNITS[index] != units:
                    index -= 1
                    self.free[_INDEX[units - _UNITS[index] - 1]] += 1
                self.free[index] += 1
        return False

    def _successors(self, is_found_left_out: bool) -> Context:
        """New contexts for a symbol that was seen once in each of the longer ones."""
        context, found = self.least, self.found
        up = found.next
        waiting = [] if is_found_left_out else [found]
        while context.suffix is not None:
            context = context.suffix
            for state in context.states:
                if state.symbol == found.symbol:
                    break
            else:
                raise Broken("PPMd: a context without its symbol")
            if state.next != up:
                if not isinstance(state.next, Context):
                    raise Broken("PPMd: a context that hangs in the air")
                context = state.next
                if not waiting:
                    return context
                break
            waiting.append(state)
        if not isinstance(up, int) or up >= len(self.text):
            raise Broken("PPMd: a place behind the text")
        symbol = self.text[up]
        if len(context.states) == 1:
            freq = context.states[0].freq
        else:
            freq = self._inherited(context, symbol)
        while waiting:
            self._allocate_context()
            context = Context([State(symbol, freq, up + 1)], context)
            waiting.pop().next = context
        return context

    @staticmethod
    def _inherited(context: Context, symbol: int) -> int:
        for state in context.states:
            if state.symbol == symbol:
                break
        else:
            raise Broken("PPMd: a context without its symbol")
        count = state.freq - 1
        rest = context.total - len(context.states) - count
        if 2 * count <= rest:
            return 1 + (5 * count > rest)
        return 1 + (2 * count + 3 * rest - 1) // (2 * rest) & 0xFF if rest > 0 else 1

    def _update(self) -> None:
        """Enter the symbol that was found into the contexts that did not know it."""
        found, least = self.found, self.least
        symbol, freq, following = found.symbol, found.freq, found.next
        if freq < MAX_FREQ // 4 and least.suffix is not None:
            _favour(least.suffix, symbol)
        if self.fall == 0:
            found.next = self.least = self.most = self._successors(is_found_left_out=True)
            return
        self.text.append(symbol)
        place: Context | int = len(self.text)
        if len(self.text) >= self.text_end:
            self.restart()
            return
        if following is not None:
            if not isinstance(following, Context):
                following = self._successors(is_found_left_out=False)
            self.fall -= 1
            if not self.fall:
                place = following
                if self.most is not least:
                    self.text.pop()
        else:
            found.next = place
            following = least
        count = len(least.states)
        rest = least.total - count - (freq - 1)
        context = self.most
        while context is not least:
            self._enter(context, State(symbol, 0, place), count, rest, freq)
            if context.suffix is None:
                raise Broken("PPMd: a context that hangs in the air")
            context = context.suffix
        self.least = self.most = following

    def _enter(self, context: Context, new: State, count: int, rest: int, freq: int) -> None:
        states = context.states
        known = len(states)
        if known != 1:
            if not known & 1:
                index = _INDEX[(known >> 1) - 1]
                if known >= 256:
                    raise Broken("PPMd: a context with too many symbols")
                if index != _INDEX[known >> 1]:
                    self._allocate(index + 1)
                    self.free[index] += 1
            context.total += (2 * known < count) + 2 * ((4 * known <= count) & (context.total <= 8 * known))
        else:
            self._allocate(0)
            only = states[0]
            only.freq = 2 * only.freq if only.freq < MAX_FREQ // 4 - 1 else MAX_FREQ - 4
            context.total = only.freq + self.escape + (count > 3)
        chance, whole = 2 * freq * (context.total + 6), rest + context.total
        if chance < 6 * whole:
            new.freq = 1 + (chance > whole) + (chance >= 4 * whole)
            context.total += 3
        else:
            new.freq = 4 + (chance >= 9 * whole) + (chance >= 12 * whole) + (chance >= 15 * whole)
            context.total += new.freq
        states.append(new)


def _favour(context: Context, symbol: int) -> None:
    """Count the symbol in the next shorter context too."""
    states = context.states
    if len(states) == 1:
        states[0].freq += states[0].freq < 32
        return
    place = next((place for place, state in enumerate(states) if state.symbol == symbol), -1)
    if place < 0:
        raise Broken("PPMd: a context without its symbol")
    state = states[place]
    if place and state.freq >= states[place - 1].freq:
        states[place - 1], states[place] = state, states[place - 1]
    if state.freq < MAX_FREQ - 9:
        state.freq += 2
        context.total += 2


def decode_7z(data: bytes, order: int, memory: int, size: int) -> Iterator[bytes]:
    """What 7-Zip packed, `size` bytes of it."""
    if order not in ORDERS or memory not in MEMORY:
        raise Broken(f"PPMd of order {order} with {memory:,} bytes")
    model, ranges, out = Model(order, memory), SevenZipRanges(data), bytearray()
    try:
        while size > 0:
            byte = model.decode(ranges)
            if byte < 0:
                break
            out.append(byte)
            size -= 1
            if len(out) >= PIECE_BYTES:
                yield bytes(out)
                out.clear()
    except Broken:
        yield bytes(out)
        raise
    yield bytes(out)

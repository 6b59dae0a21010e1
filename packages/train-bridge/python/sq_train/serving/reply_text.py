"""Puts a reply together token by token: whole characters only, cut at a stop string wherever it lies over tokens."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

# A character has four bytes at most; with more tokens than these, U+FFFD is what the model wrote.
_MOST_HELD = 6
# Before what is decoded: some tokenizers write a space by what comes before it.
_CONTEXT = 6


class ReplyText:
    """The text of one reply while its tokens come in."""

    def __init__(
        self, decode: Callable[[Sequence[int]], str], prompt: Sequence[int], stops: Sequence[str], *, includes_stop: bool
    ) -> None:
        self._decode = decode
        self._stops = stops
        self._longest = max((len(stop) for stop in stops), default=0)
        self._includes_stop = includes_stop
        self._context = list(prompt[-_CONTEXT:])
        self._held: list[int] = []
        self._given = 0
        self.text = ""

    def push(self, token: int) -> Optional[str]:
        """Adds a token; gives the stop string that it completes, at which the text is cut."""
        self._held.append(token)
        piece = self._read_held()
        if piece.endswith("\ufffd") and len(self._held) < _MOST_HELD:
            return None
        return self._take(piece)

    def end(self) -> Optional[str]:
        """Adds what was held back, half a character perhaps; gives the stop string that it completes."""
        return self._take(self._read_held()) if self._held else None

    def take_new(self, *, is_over: bool) -> str:
        """What can be sent since the last call: all but an end that may become a stop string."""
        until = len(self.text) if is_over else len(self.text) - self._count_doubtful()
        new = self.text[self._given : until]
        self._given = max(self._given, until)
        return new

    def _read_held(self) -> str:
        return self._decode(self._context + self._held)[len(self._decode(self._context)) :]

    def _take(self, piece: str) -> Optional[str]:
        self._context = (self._context + self._held)[-_CONTEXT:]
        self._held = []
        start = max(0, len(self.text) - self._longest + 1)
        self.text += piece
        found = [(at, stop) for stop in self._stops if (at := self.text.find(stop, start)) >= 0]
        if not found:
            return None
        at, stop = min(found, key=lambda one: one[0])
        self.text = self.text[: at + len(stop) if self._includes_stop else at]
        return stop

    def _count_doubtful(self) -> int:
        for length in range(min(self._longest - 1, len(self.text)), 0, -1):
            end = self.text[-length:]
            if any(stop.startswith(end) for stop in self._stops):
                return length
        return 0

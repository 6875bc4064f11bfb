"""Where the time of a run went: setting, settling, reading, storing, by instrument. Knows no instrument, only names.

Always on. A point that takes long is timed exactly; of points that take microseconds a few are, and stand for the others,
so that looking costs less than a hundredth of what is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any, Literal

Phase = Literal["set", "settle", "read", "store", "act"]

_SLOW, _QUICK = 2e-4, 2e-5  # s: from the first on every point is timed, below the second every 64th


class Account:
    """Seconds by phase and by who took them.

    Example:
        >>> account = Account()
        >>> account.add("read", "dmm", 0.02, 10)
        >>> account.seconds
        {('read', 'dmm'): 0.2}
    """

    def __init__(self) -> None:
        self.seconds: dict[tuple[Phase, str], float] = {}
        self._began: float | None = None
        self.elapsed = 0.0

    def add(self, phase: Phase, who: str, seconds: float, weight: int = 1) -> None:
        """Note that ``who`` took ``seconds``, and ``weight`` times in all."""
        key = (phase, who)
        self.seconds[key] = self.seconds.get(key, 0.0) + seconds * weight

    def include(self, account: Mapping[str, Any]) -> None:
        """Count what an earlier account, as `to_dict` gives it, has."""
        self.elapsed += float(account["elapsed"])
        for phase, by_whom in account["seconds"].items():
            for who, seconds in by_whom.items():
                self.add(phase, who, float(seconds))

    def start(self) -> None:
        """The run begins."""
        self._began = perf_counter()

    def end(self) -> None:
        """The run has ended."""
        if self._began is not None:
            self.elapsed, self._began = self.elapsed + perf_counter() - self._began, None

    def phases(self) -> dict[str, float]:
        """Return seconds by phase, the longest first."""
        total: dict[str, float] = {}
        for (phase, _), seconds in self.seconds.items():
            total[phase] = total.get(phase, 0.0) + seconds
        return dict(sorted(total.items(), key=lambda item: -item[1]))

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain data: ``elapsed`` in s, and ``seconds`` by phase and by who took them."""
        nested: dict[str, dict[str, float]] = {}
        for (phase, who), seconds in self.seconds.items():
            nested.setdefault(phase, {})[who] = round(seconds, 6)
        return {"elapsed": round(self.elapsed, 6), "seconds": nested}


def table_of(account: Mapping[str, Any]) -> str:
    """Return an account, as `Account.to_dict` gives it, as lines: share, seconds, phase, who."""
    elapsed = float(account["elapsed"])
    rows = [
        (float(seconds), phase, who)
        for phase, by_whom in account["seconds"].items()
        for who, seconds in by_whom.items()
    ]
    rest = elapsed - sum(seconds for seconds, _, _ in rows)
    rows = [*sorted(rows, reverse=True), (max(rest, 0.0), "between", "")]
    lines = [f"{elapsed:.3g} s in all"]
    lines += [f"{seconds / elapsed:6.1%}  {seconds:9.3g} s  {phase:8}{who}" for seconds, phase, who in rows if elapsed]
    return "\n".join(lines)


def stride_for(seconds: float) -> int:
    """Return how many points one timed point stands for, from how long it took; a power of 2."""
    return 1 if seconds >= _SLOW else 8 if seconds >= _QUICK else 64

"""How long to wait before trying again: 5·2ⁿ seconds with jitter, never more than five minutes. Pure."""

FIRST_S = 5.0
LONGEST_S = 300.0
STEADY_S = 60.0
_JITTER = 0.2


def wait_s(failures: int, chance: float, first_s: float = FIRST_S) -> float:
    """Return the wait after `failures` in a row (1 for the first); `chance` of 0 … 1 spreads it by a fifth."""
    whole = min(LONGEST_S, first_s * 2.0 ** min(max(failures - 1, 0), 20))
    return whole * (1.0 - _JITTER + 2.0 * _JITTER * chance)


def failures_after(failures: int, ran_s: float) -> int:
    """Return the failures in a row after one more; what ran steadily for a minute begins anew."""
    return 1 if ran_s >= STEADY_S else failures + 1

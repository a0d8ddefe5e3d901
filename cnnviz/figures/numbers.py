"""Numbers as they are read: three significant digits, thin spaces, a unit."""

from decimal import Decimal
from math import floor, log10

THIN = "\u202f"  # a narrow space that no line is broken at

_DIGITS = 3
_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def significant(value: float, digits: int = _DIGITS) -> str:
    """At least so many significant digits: 2.36, 29.6, 462, and all of those before the point:
    4 867.
    """
    if value == 0:
        return "0"
    decimals = _decimals(value, digits)
    # Rounded first: 9.996 has one digit more before the point than it seems to.
    decimals = _decimals(round(value, decimals), digits)
    return f"{value:,.{decimals}f}".replace(",", THIN)


def millions(value: float) -> str:
    """In millions, as papers count parameters and multiply-adds: 15.1 M, 4 867 M."""
    return f"{significant(value / 1e6)}{THIN}M"


def si(value: float, unit: str = "") -> str:
    """With the prefix that fits: 401 k, 2.36 M, 29.3 G; a whole number below 1000 as it is."""
    for size, prefix in _PREFIXES:
        # What rounds up to the next prefix has it.
        if value >= size * (1 - 0.5 * 10**-_DIGITS):
            return f"{significant(value / size)}{THIN}{prefix}{unit}"
    number = str(value) if isinstance(value, int) else significant(value)
    return f"{number}{THIN}{unit}" if unit else number


def tick(value: float, unit: str = "") -> str:
    """A round number on a scale, with the prefix that fits: 20 M, 0.5 ms."""
    size, prefix = next(((s, p) for s, p in _PREFIXES if value >= s), (1.0, ""))
    return f"{value / size:g}{THIN}{prefix}{unit}".rstrip(THIN)


def as_printed(value: float, printed: float) -> str:
    """A number with as many decimals as one that is printed has: 29.2941 like 29.3."""
    decimals = -int(Decimal(str(printed)).as_tuple().exponent)
    return f"{value:,.{decimals}f}".replace(",", THIN)


def whole(value: int) -> str:
    """All digits, in threes: 568 740 352."""
    return f"{value:,}".replace(",", THIN)


def percent(share: float, decimals: int | None = None) -> str:
    """A share of 0 to 1: 94.9 %, 3.06 %, 0.04 %; or with as many decimals as are asked for."""
    if decimals is None:
        decimals = 1 if share >= 0.1 else 2
    return f"{100 * share:.{decimals}f}{THIN}%"


def written(value: float) -> str:
    """Three significant digits of any number, with a minus sign: −0.0123, 12.5, 1.50 × 10⁻⁷."""
    text = f"{value or 0:.{_DIGITS}g}"  # no minus before a zero
    if abs(value) >= 1000 or "e" in text:
        text = str(round(value))
    if value and not 1e-3 <= abs(value) < 1e5:
        digits, _e, power = f"{value:.{_DIGITS - 1}e}".partition("e")
        text = f"{digits}{THIN}×{THIN}10{str(int(power)).translate(_RAISED)}"
    return text.replace("-", "\u2212")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _decimals(value: float, digits: int) -> int:
    return max(digits - 1 - floor(log10(abs(value))), 0)


def unbroken(text: str) -> str:
    """With spaces at which no line is broken."""
    return text.replace(" ", THIN)

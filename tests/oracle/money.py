"""Section 6 of docs/reference/semantics.md: exact amounts, rounding and largest remainder, in fractions only."""

from __future__ import annotations

from fractions import Fraction

HALF = Fraction(1, 2)
# Minor digits of ISO 4217 where they are not two.
DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF", "UYI"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def minor_digits(currency: str) -> int:
    """Section 6, Rounding: how many digits the minor unit of a currency has."""
    return DIGITS.get(currency, 2)


def amount(text: str) -> Fraction:
    """Section 6: an amount such as `EUR 20000.00`, exactly, in minor units."""
    currency, number = text.split()
    return Fraction(number) * Fraction(10 ** minor_digits(currency))


def amount_text(currency: str, minor: Fraction) -> str:
    """Section 6: an amount of minor units as a text."""
    digits = minor_digits(currency)
    whole = floor(minor)
    if whole != minor:
        raise ValueError(f"not whole minor units: {minor}")
    if digits == 0:
        return f"{currency} {whole}"
    return f"{currency} {whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def percent(text: str) -> Fraction:
    """Section 6: a percentage such as `99.9%`, exactly."""
    return Fraction(text.removesuffix("%")) / 100


def floor(value: Fraction) -> int:
    """Section 6: the largest whole number that is not greater."""
    return value.numerator // value.denominator


def rounded(value: Fraction, mode: str) -> int:
    """Section 6, Rounding: to whole minor units by the named mode."""
    low = floor(value)
    rest = value - low
    if rest == 0:
        return low
    away, toward = (low + 1, low) if value > 0 else (low, low + 1)
    if mode == "floor":
        return low
    if mode == "ceiling":
        return low + 1
    if mode == "down":
        return toward
    if mode == "up":
        return away
    if rest != HALF:
        return low + 1 if rest > HALF else low
    if mode == "half_up":
        return away
    if mode == "half_down":
        return toward
    if mode == "half_even":
        return low if low % 2 == 0 else low + 1
    raise ValueError(f"no such mode: {mode!r}")


def largest_remainder(total: int, weights: list[Fraction]) -> list[int]:
    """Section 6, Largest remainder: a total split by weights; what is left goes to the largest fractions cut off."""
    whole = sum(weights, Fraction(0))
    if whole == 0:
        return [0 for _ in weights]
    exact = [total * weight / whole for weight in weights]
    shares = [floor(share) for share in exact]
    cut = [share - kept for share, kept in zip(exact, shares, strict=True)]
    for _ in range(total - sum(shares)):
        winner = cut.index(max(cut))  # the earlier one of equals
        shares[winner] += 1
        cut[winner] = Fraction(-1)
    return shares

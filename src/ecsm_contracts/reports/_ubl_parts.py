"""Who writes an e-invoice to whom, and how it is taxed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from ecsm_contracts.errors import InvalidValue, expect, shown
from ecsm_contracts.money import Percent, RoundingMode, check_rounding_mode

__all__ = ["COUNTRIES", "InvoiceParty", "TaxCategory", "TaxRate", "check_text"]

TaxCategory = Literal["S", "Z", "E", "AE", "K", "G", "O"]
"""
A category of value added tax, by its code in EN 16931: S standard or reduced rate, Z zero rated, E exempt, AE reverse
charge, K intra-community supply, G export outside the EU, O outside the scope of the tax.
"""
_CATEGORIES: tuple[TaxCategory, ...] = get_args(TaxCategory)

COUNTRIES = frozenset(
    re.findall(
        "[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
        "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
        "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
        "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
        "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
        "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW",
    )
)
"""Countries by their ISO 3166-1 codes, and XI for Northern Ireland."""

_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,15}")
_SCHEME = re.compile(r"[0-9]{4}|[A-Z]{2}")
_LONGEST = 200


def check_text(name: str, text: str) -> None:
    """
    Check that *text* can stand in an invoice: visible, without blanks at its edges.

    Raises:
        InvalidValue: rule "invoice_text", for any other text.
        WrongType: for anything but a text.
    """
    expect(text, str, name, "write a text")
    if not text or len(text) > _LONGEST or not text.isprintable() or text != text.strip():
        message = f"{name}: {shown(text)} cannot stand in an invoice; write 1 to {_LONGEST} visible characters"
        raise InvalidValue(message, rule="invoice_text", value=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceParty:
    """
    The seller or the buyer of an e-invoice.

    Raises:
        InvalidValue: with rule "invoice_text", "invoice_country", "invoice_vat_id" or "invoice_endpoint".

    Example:
        >>> InvoiceParty(country="NL", vat_id="NL123456789B01", city="Utrecht").city
        'Utrecht'
        >>> InvoiceParty(country="Holland")
        Traceback (most recent call last):
        ecsm_contracts.errors.InvalidValue: country: 'Holland' is no ISO 3166-1 code; write two capitals, such as "NL"
    """

    country: str
    """Where it is, by its ISO 3166-1 code."""
    name: str | None = None
    """Its name; that of the contract's party if none is given."""
    vat_id: str | None = None
    """Its identification for value added tax, with the prefix of the country."""
    legal_id: str | None = None
    """Its number in the register of companies."""
    street: str | None = None
    """Street and house number."""
    city: str | None = None
    postal_code: str | None = None
    endpoint: str | None = None
    """The electronic address that invoices are sent to."""
    endpoint_scheme: str | None = None
    """What kind of address that is, by its code in the list EAS: ``9944``, ``EM``."""

    def __post_init__(self) -> None:
        """Check every part."""
        for name in ("country", "name", "vat_id", "legal_id", "street", "city", "postal_code", "endpoint"):
            text = getattr(self, name)
            if text is not None or name == "country":
                check_text(name, text)
        if self.country not in COUNTRIES:
            message = f'country: {shown(self.country)} is no ISO 3166-1 code; write two capitals, such as "NL"'
            raise InvalidValue(message, rule="invoice_country", value=self.country)
        prefixed = self.vat_id is None or self.vat_id[:2] in COUNTRIES | {"EL"}
        if self.vat_id is not None and (not prefixed or not _VAT_ID.fullmatch(self.vat_id)):
            message = f'vat_id: {shown(self.vat_id)} is none; write country and number: "NL123456789B01"'
            raise InvalidValue(message, rule="invoice_vat_id", value=self.vat_id)
        self._check_endpoint()

    def _check_endpoint(self) -> None:
        scheme = self.endpoint_scheme
        if scheme is not None:
            expect(scheme, str, "endpoint_scheme", 'write "9944"')
        if (self.endpoint is None) != (scheme is None) or (scheme is not None and not _SCHEME.fullmatch(scheme)):
            message = (
                'an electronic address has its scheme, and no scheme stands alone: write endpoint="desk@example.com", '
                'endpoint_scheme="EM", or leave both out'
            )
            raise InvalidValue(message, rule="invoice_endpoint", value=scheme)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """
    How a credit note is taxed: one category, its rate, and why there is none.

    Raises:
        InvalidValue: rule "tax_category" for an unknown category, "tax_rate" for a rate that it does not have,
            "tax_reason" where a reason is missing or has no place, and "rounding_mode".

    Example:
        >>> TaxRate(category="S", rate=Percent.parse("21%"), rounding="half_up").percent.number
        '21'
        >>> TaxRate(category="AE", reason="Reverse charge").percent.number
        '0'
    """

    category: TaxCategory
    rate: Percent | None = None
    """The rate; only the category S has one, above 0% and at most 100%."""
    rounding: RoundingMode | None = None
    """How the tax, or what is without it, is rounded; needed for the category S, and nothing is assumed."""
    reason: str | None = None
    """Why no tax is due, needed for E, AE, K, G and O."""

    def __post_init__(self) -> None:
        """Check that the parts fit the category."""
        if self.category not in _CATEGORIES:
            message = f"{shown(self.category)} is no category of tax; write one of {', '.join(_CATEGORIES)}"
            raise InvalidValue(message, rule="tax_category", value=self.category)
        if self.rate is not None:
            expect(self.rate, Percent, "rate", 'write Percent.parse("21%")')
        if self.rounding is not None:
            check_rounding_mode(self.rounding)
        if self.category == "S":
            self._check_standard()
        elif self.rate:
            message = f"the category {self.category} has no rate, and {self.rate} is one; leave it out, or write S"
            raise InvalidValue(message, rule="tax_rate", value=self.rate)
        has_reason = self.category not in {"S", "Z"}
        if has_reason != (self.reason is not None):
            what = "needs a reason: why is no tax due?" if has_reason else "has no reason; leave it out"
            raise InvalidValue(f"the category {self.category} {what}", rule="tax_reason", value=self.reason)
        if self.reason is not None:
            check_text("reason", self.reason)

    def _check_standard(self) -> None:
        if not self.rate or self.rate.ratio > 1:
            message = 'the category S has a rate above 0% and at most 100%: write rate=Percent.parse("21%")'
            raise InvalidValue(message, rule="tax_rate", value=self.rate)
        if self.rounding is None:
            message = 'say how tax is rounded: rounding="half_up"'
            raise InvalidValue(message, rule="rounding_mode")

    @property
    def percent(self) -> Percent:
        """The rate; zero for all categories but S."""
        return Percent(0) if self.rate is None else self.rate

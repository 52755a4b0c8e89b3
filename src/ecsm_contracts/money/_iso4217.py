"""
The currencies of ISO 4217, as published on 2026-01-01: active codes, and codes that have been withdrawn.

Old contracts name dead currencies, so a withdrawn code stays a currency here; its date says since when it is
not one.

References:
    ISO 4217:2015, list one (active codes, with their minor units) and list three (historic codes, with the
    month in which each was withdrawn), both kept by the maintenance agency, SIX Group.

    List three names no minor units. Those of withdrawn codes are the ones that were listed while the code was
    active, as other tables of the standard still hold them; fund codes (BEC, BEL, LUC, LUL, ESA, ESB) follow
    their currency; the Yemeni dinar (YDD) had a thousand fils; a code of which nothing is recorded has two
    decimals.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PUBLISHED: Final = "2026-01-01"
"""The edition of list one that the table follows."""

_ACTIVE: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
        CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
        HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
        MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
        RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
        USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

_WITHDRAWN: Final = {
    0: """
        ADP:2003-07 BEC:1990-03 BEF:2002-03 BEL:1990-03 BYB:2001-01 BYR:2017-01 ESA:1981 ESB:1994-12
        ESP:2002-03 GRD:2002-03 ITL:2002-03 LUC:1990-03 LUF:2002-03 LUL:1990-03 MGF:2004-12 PTE:2002-03
        ROL:2005-06 TPE:2002-11 TRL:2005-12
    """,
    2: """
        AFA:2003-01 ALK:1989-12 ANG:2025-03 AOK:1991-03 AON:2000-02 AOR:2000-02 ARA:1992-01 ARP:1985-07
        ARY:1990 ATS:2002-03 AYM:2005-10 AZM:2005-12 BAD:1998-07 BGJ:1990 BGK:1990 BGL:2003-11 BGN:2026-01
        BOP:1987-02 BRB:1986-03 BRC:1989-02 BRE:1993-03 BRN:1990-03 BRR:1994-07 BUK:1990-02 CHC:2004-11
        CSD:2006-10 CSJ:1990 CSK:1993-03 CUC:2021-06 CYP:2008-01 DDM:1990-09 DEM:2002-03 ECS:2000-09
        ECV:2000-09 EEK:2011-01 FIM:2002-03 FRF:2002-03 GEK:1995-10 GHC:2008-01 GHP:2007-06 GNE:1989-12
        GNS:1986-02 GQE:1986-06 GWE:1981 GWP:1997-05 HRD:1995-01 HRK:2023-01 IEP:2002-03 ILP:1981 ILR:1990
        ISJ:1990 LAJ:1979-12 LSM:1985-05 LTL:2014-12 LTT:1993-07 LVL:2014-01 LVR:1994-12 MLF:1984-11
        MRO:2017-12 MTL:2008-01 MTP:1983-06 MVQ:1989-12 MXP:1993-01 MZE:1981 MZM:2006-06 NIC:1990-10
        NLG:2002-03 PEH:1990 PEI:1991-07 PES:1986-02 PLZ:1997-01 RHD:1981 ROK:1990 RUR:2004-01 SDD:2007-07
        SDP:1998-06 SIT:2007-01 SKK:2009-01 SLL:2023-12 SRG:2003-12 STD:2017-12 SUR:1990-12 TJR:2001-04
        TMM:2009-01 UAK:1996-09 UGS:1987-05 UGW:1990 USS:2014-03 UYN:1989-12 UYP:1993-03 VEB:2008-01
        VEF:2018-08 VNC:1990 XEU:1999-01 YUD:1990-01 YUM:2003-07 YUN:1995-11 ZAL:1995-03 ZMK:2012-12
        ZRN:1999-06 ZRZ:1994-02 ZWC:1989-12 ZWD:2008-08 ZWL:2024-09 ZWN:2006-09 ZWR:2009-06
    """,
    3: "YDD:1991-09",
}

ACTIVE: Final = MappingProxyType({code: exponent for exponent, codes in _ACTIVE.items() for code in codes.split()})
"""The exponent of each active currency: the number of decimals of its minor unit."""

WITHDRAWN: Final = MappingProxyType(dict(entry.split(":") for codes in _WITHDRAWN.values() for entry in codes.split()))
"""The month (or the year, where the list names no month) since which each withdrawn currency is not one."""

EXPONENTS: Final = MappingProxyType(
    {**ACTIVE, **{entry[:3]: exponent for exponent, codes in _WITHDRAWN.items() for entry in codes.split()}}
)
"""The exponent of each currency, active or withdrawn."""

NO_MINOR_UNIT: Final = frozenset(
    {
        "XAG",
        "XAU",
        "XBA",
        "XBB",
        "XBC",
        "XBD",
        "XDR",
        "XFO",
        "XFU",
        "XPD",
        "XPT",
        "XRE",
        "XSU",
        "XTS",
        "XUA",
        "XXX",
    }
)
"""Metals, units of account and codes for testing: in the standard, but without the minor unit that money
needs."""

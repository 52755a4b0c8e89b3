"""Statements as text, JSON, HTML, Markdown and CSV, and their proofs."""

from ecsm_contracts.reports._annex import annex
from ecsm_contracts.reports._credits import CREDIT_COLUMNS, CREDIT_FORMS, CreditForm, render_credits
from ecsm_contracts.reports._explanation import PROOF_FORMS, ProofForm, proof
from ecsm_contracts.reports._journal import JOURNAL_COLUMNS, journal_beancount, journal_csv
from ecsm_contracts.reports._render import FORMATS, Format, render
from ecsm_contracts.reports._ubl import credit_note
from ecsm_contracts.reports._ubl_parts import InvoiceParty, TaxCategory, TaxRate
from ecsm_contracts.reports._xlsx import workbook

__all__ = [
    "CREDIT_COLUMNS",
    "CREDIT_FORMS",
    "FORMATS",
    "JOURNAL_COLUMNS",
    "PROOF_FORMS",
    "CreditForm",
    "Format",
    "InvoiceParty",
    "ProofForm",
    "TaxCategory",
    "TaxRate",
    "annex",
    "credit_note",
    "journal_beancount",
    "journal_csv",
    "proof",
    "render",
    "render_credits",
    "workbook",
]

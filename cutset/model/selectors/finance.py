"""Identifiers of bank accounts: IBAN, and account number with its bank."""

from __future__ import annotations

import re

from stdnum import bic as bank_code
from stdnum import iban as account_number

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.text import compact, fold

_IBAN = re.compile(r"(?:IBAN)?([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})")
_ACCOUNT = re.compile(r"(?=(?:.*[0-9]){4})[A-Z0-9]{4,34}")


def iban(written: str, issuer: str) -> str | None:
    """An international bank account number, if its country's form and its check digits (modulo 97) are right.

    Source: ISO 13616 and the registry of SWIFT.

    >>> iban("GB82 WEST 1234 5698 7654 32", ""), iban("GB82 WEST 1234 5698 7654 33", "")
    ('GB82WEST12345698765432', None)
    """
    found = _IBAN.fullmatch(plain(written) or "")
    # The countries' own checks inside the number are left out: banks break them, and modulo 97 catches the typing.
    return found[1] if found and account_number.is_valid(found[1], check_country=False) else None


def account(written: str, issuer: str) -> str | None:
    """An account number after its bank: `BOFAUS3N:001234567890`; without a bank, None.

    `issuer` is the bank's BIC (ISO 9362; the head office's XXX is taken off) or its name. An account number has no
    check that is the same everywhere.

    >>> account("0012-3456-7890", "BOFAUS3NXXX"), account("0012 3456", "Banco de Bogotá")
    ('BOFAUS3N:001234567890', 'BANCODEBOGOTA:00123456')
    """
    parts = issuers.split(written, issuer, _bank)
    value = (plain(parts[1]) or "") if parts else ""
    return f"{parts[0]}:{value}" if parts and _ACCOUNT.fullmatch(value) and not says_nothing(value) else None


def _bank(written: str) -> str:
    code = compact(fold(written))
    if len(code) == 11 and bank_code.is_valid(code):
        return code.removesuffix("XXX")
    return code if len(code) > 1 and not says_nothing(code) else ""

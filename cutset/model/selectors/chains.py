"""The chains of wallets: their codes, other names, and how each writes an address."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from cutset.model.selectors.tables import load
from cutset.model.text import compact


class Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chain, as `chains.toml` describes its fields."""

    code: str
    name: str
    aliases: tuple[str, ...]
    base58: dict[str, str] = {}
    bech32: tuple[str, ...] = ()
    form: str = ""


class Chains(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All chains, in the order in which an address of no stated chain is tried, and the tokens upon several."""

    chain: tuple[Chain, ...]
    tokens: dict[str, tuple[str, ...]]


@cache
def all_chains() -> Chains:
    """The content of `chains.toml`."""
    return load("chains", Chains)


@lru_cache(maxsize=4_096)
def named(written: str) -> tuple[Chain, ...]:
    """The chains that a currency's code or name may mean; none if it is not known.

    >>> [chain.code for chain in named("btc")], [chain.code for chain in named("USDT")][:2], named("EUR")
    (['XBT'], ['EVM', 'TRX'], ())
    """
    code = compact(written)
    chains = all_chains()
    codes = chains.tokens.get(code, (code,))
    return tuple(chain for each in codes for chain in chains.chain if each == chain.code or each in chain.aliases)

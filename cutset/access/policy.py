"""The policy: permits and forbids as data, read once and checked; a forbid wins, and what nothing permits is denied."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import msgspec

from cutset.access.conditions import VOCABULARY, Conditions, Purpose
from cutset.errors import CutsetError


class BadPolicy(CutsetError):
    """The policy file cannot be read, or says something that has no meaning."""


class Reason(msgspec.Struct, frozen=True):
    """A rule that applied: its id, whether it permits or forbids, and what it says in words."""

    rule: str
    permits: bool
    words: str


class Decision(msgspec.Struct, frozen=True):
    """Whether a viewer may see what bears a marking, and every rule that said so or forbade it.

    Where no rule applied there is one reason, `default`, which denies.
    """

    allowed: bool
    reasons: tuple[Reason, ...]


DEFAULT = Reason("default", False, "no rule permits it")


class Rule(NamedTuple):
    """A rule of the policy: it applies when all conditions of `when` hold and none of `unless` does."""

    reason: Reason
    when: tuple[str, ...]
    unless: tuple[str, ...]

    def applies(self, to: Conditions) -> bool:
        """Whether the rule applies where those conditions hold."""
        return all(getattr(to, _field(name)) for name in self.when) and not any(
            getattr(to, _field(name)) for name in self.unless
        )


class PurposeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a purpose is for, and whether it gives need to know."""

    meaning: str
    operational: bool


class _RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    words: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class _PolicyText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    purposes: dict[str, PurposeText]
    permit: tuple[_RuleText, ...]
    forbid: tuple[_RuleText, ...]


class Policy:
    """Rules and purposes. Decisions are remembered by the conditions that they follow from, which are few."""

    def __init__(self, rules: tuple[Rule, ...], purposes: dict[str, PurposeText]) -> None:
        self.rules = rules
        self.purposes = purposes
        self._purpose = {code: Purpose(code, True, text.operational) for code, text in purposes.items()}
        self._decided: dict[Conditions, Decision] = {}

    def purpose(self, code: str) -> Purpose:
        """The purpose of that code; one that the policy does not list is known for that."""
        return self._purpose.get(code) or Purpose(code, known=False, operational=False)

    def decide(self, on: Conditions) -> Decision:
        """The decision where those conditions hold: allowed if a permit applies and no forbid does."""
        decision = self._decided.get(on)
        if decision is None:
            reasons = tuple(rule.reason for rule in self.rules if rule.applies(on))
            allowed = bool(reasons) and all(reason.permits for reason in reasons)
            decision = self._decided[on] = Decision(allowed, reasons or (DEFAULT,))
        return decision


def read(text: str, *, where: str = "policy") -> Policy:
    """The policy that the TOML `text` says; `where` names it in errors.

    Raises `BadPolicy` for what is not TOML, an unknown or missing key, an unknown condition, a rule without any
    condition, one that can never apply, and an id used twice.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
        said = msgspec.convert(data, _PolicyText)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadPolicy(f"the policy cannot be read: {error}", where=where, remedy="mend the file") from error
    rules = [_rule(rule, True, where) for rule in said.permit] + [_rule(rule, False, where) for rule in said.forbid]
    ids = [rule.reason.rule for rule in rules]
    for rule_id in ids:
        if ids.count(rule_id) > 1 or rule_id == DEFAULT.rule:
            raise BadPolicy("a rule's id is taken", where=f"{where}, rule {rule_id}", remedy="give it one of its own")
    return Policy(tuple(rules), said.purposes)


@cache
def policy() -> Policy:
    """The policy that cutset applies, from `policy.toml`."""
    return read(resources.files("cutset.access").joinpath("policy.toml").read_text("utf-8"), where="policy.toml")


def _rule(text: _RuleText, permits: bool, where: str) -> Rule:
    where = f"{where}, rule {text.id}"
    for name in (*text.when, *text.unless):
        if name not in VOCABULARY:
            known = ", ".join(VOCABULARY)
            raise BadPolicy("a rule has an unknown condition", where=f"{where}: {name}", remedy=f"use one of {known}")
    if not text.when and not text.unless:
        raise BadPolicy("a rule has no condition", where=where, remedy="say when it applies")
    if set(text.when) & set(text.unless):
        raise BadPolicy("a rule can never apply", where=where, remedy="drop the condition that it both needs and bars")
    return Rule(Reason(text.id, permits, text.words), text.when, text.unless)


def _field(name: str) -> str:
    return name.replace("-", "_")

"""A response as a document that a person fills in: Markdown, with what is asked and what the log tells in quotation.

Everything under an item's heading that is not quoted (no `>` before it) is the answer. `write` and `read` are each
other's inverse, so that a document can be written anew with fresher facts and nothing of the answers lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cutset.errors import CutsetError
from cutset.plan.clauses import Plan
from cutset.plan.prefill import Item, Line

_HEADING = re.compile(r"## ([a-z0-9][a-z0-9-]*)[ \t]*")


class BadDocument(CutsetError):
    """A filled-in document that does not have the form of one."""


def write(plan: Plan, agency: str, fiscal_year: int, items: Sequence[Item]) -> str:
    """The document, with what each item has as its answer so far."""
    parts = [
        f"# Response of {agency} to the {plan.title}, fiscal year {fiscal_year}",
        "> Write each answer under its heading. Lines that begin with > are for you to read, and are not sent.",
    ]
    for item in items:
        parts += [f"## {item.id}", "\n".join([f"> {item.asked}", *(f"> - {_told(line)}" for line in item.lines)])]
        if item.written:
            parts.append(_escaped(item.written))
    return "\n\n".join(parts) + "\n"


def _told(line: Line) -> str:
    made = ", made" if line.basis.made else ""
    reports = f"{line.basis.reports:,} report{'s' * (line.basis.reports != 1)}"
    return " ".join(f"{line.text} [{reports}{made}; {line.basis.banner}]".split())


def _escaped(text: str) -> str:
    """The text with a backslash before what would be read as a heading or as quotation."""
    return re.sub(r"^(\\*(?:>|#))", r"\\\1", text, flags=re.MULTILINE)


def read(text: str, plan: Plan) -> dict[str, str]:
    """The answers by item, those that are empty left out.

    Raises `BadDocument` for an item that the plan does not ask for, one that stands twice, and text outside of items.
    """
    known = [each.id for each in plan.response_items]
    answers: dict[str, list[str]] = {}
    item = ""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        heading = _HEADING.fullmatch(line)
        if heading:
            item = heading[1]
            if item not in known:
                raise BadDocument(
                    "the plan asks for no such item", where=f"line {number}: {item}", remedy=f"use {', '.join(known)}"
                )
            if item in answers:
                raise BadDocument("an item stands twice", where=f"line {number}: {item}", remedy="put the two together")
            answers[item] = []
        elif line.startswith(">") or (not item and (not line.strip() or line.startswith("# "))):
            continue
        elif not item:
            raise BadDocument(
                "this stands under no item", where=f"line {number}", remedy="move it under a heading `## …`"
            )
        else:
            answers[item].append(re.sub(r"^\\(\\*(?:>|#))", r"\1", line))
    return {id: found for id in known if id in answers and (found := "\n".join(answers[id]).strip())}

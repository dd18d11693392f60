"""The package as PDF, set by typst, whose compiler and fonts come in its Python wheel and which asks no network.

The text reaches the template as data and never as markup. The file is PDF/UA-1 and every page bears the marking of the
whole. Needs `pip install cutset[pdf]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import msgspec

from cutset.errors import CutsetError
from cutset.evidence.custody import Chain
from cutset.evidence.mass import written
from cutset.evidence.package.contents import Contents, Linked, Shown
from cutset.evidence.package.timeline import act, said
from cutset.model.report import Precision, When

DETAILED = 300
"""Exhibits whose chains are set in full, and reports whose texts are; of more the PDF says in which file they are."""
ROWS = 2000
"""Rows of a table that are set; all are in the file that the PDF names."""

_STANDARD = "ua-1"
_UNSHOWN = "could not be displayed"
"""In the typesetter's words: a letter that no font has."""
_CONTROLS = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160), 0xFFFE, 0xFFFF), " ")
_FORMS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}


class NoTypesetter(CutsetError):
    """The program that sets PDFs is not installed."""


class NotSet(CutsetError):
    """The typesetter could not set the page: a mistake in cutset, not in what the reports say."""


def render(contents: Contents) -> bytes:
    """The PDF, the same bytes for the same contents. Raises `NoTypesetter` and `NotSet`.

    Where a text has letters that the embedded fonts lack, those of the system are used, and the file is tagged but does
    not claim the standard, which wants every letter shown.
    """
    options = {"format": "pdf", "timestamp": int(contents.at.timestamp())}
    try:
        return _compile(contents, **options, pdf_standards=[_STANDARD])[0]
    except NotSet as error:
        if _UNSHOWN not in error.where:
            raise
        return _compile(contents, **options, ignore_system_fonts=False)[0]


def _compile(contents: Contents, **options: Any) -> list[bytes]:
    try:
        # A quarter of a second to load, and not everybody has it.
        import typst
    except ImportError as error:
        raise NoTypesetter(
            "the typesetter for PDF is not installed",
            remedy="run `pip install cutset[pdf]`, or ask for the package without its PDF",
        ) from error
    template = resources.files(__package__).joinpath("templates/package.typ").read_bytes()
    try:
        found = typst.compile(
            template,
            sys_inputs={"package": msgspec.json.encode(_printable(_data(contents))).decode()},
            **{"ignore_system_fonts": True, **options},
        )
    except typst.TypstError as error:
        raise NotSet(
            "the page could not be set", where=str(error), remedy="ask for the package without its PDF, and report this"
        ) from error
    return list(found) if isinstance(found, list) else [found]


def _printable(value: Any) -> Any:
    """The data with a blank for each control character, which no font shows."""
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return {key: _printable(each) for key, each in value.items()} if isinstance(value, dict) else value


def _data(contents: Contents) -> dict[str, Any]:
    """What the template reads: sections of tables, and a part for each exhibit; all of it text."""
    speaking = [each for each in contents.reports if _texts(each)]
    return {
        "title": contents.title,
        "of": contents.of,
        "banner": contents.banner,
        "made": contents.made,
        "facts": _facts(contents),
        "tables": [each for each in _tables(contents) if each["rows"]],
        "exhibits": [_exhibit(each) for each in contents.chains[:DETAILED]],
        "more": max(0, len(contents.chains) - DETAILED),
        "reports": [_report(each) for each in speaking[:DETAILED]],
        "more_reports": max(0, len(speaking) - DETAILED),
        "annexes": [each for each in _annexes(contents) if each["rows"] or contents.discovery],
    }


def _facts(contents: Contents) -> list[list[str]]:
    findings = sum(len(each.findings) for each in contents.chains)
    return [
        ["Report", contents.of],
        ["Made", f"{_minute(contents.at)} UTC by {contents.maker}"],
        ["For", contents.recipient or contents.maker],
        ["Purpose", contents.purpose],
        ["Exhibits", f"{len(contents.chains):,}; findings on their custody: {findings:,}"],
        ["Reports", f"{len(contents.reports):,}"],
        ["Links", f"{len(contents.links):,}"],
        ["Files", f"{len(contents.files):,}"],
    ]


def _tables(contents: Contents) -> list[dict[str, Any]]:
    return [
        _table(
            "Timeline",
            (("happened (UTC)", 13), ("what", 34), ("exhibit", 13), ("report", 17)),
            (
                (
                    _when(each.when) + (" (entered)" if each.entered else ""),
                    each.what,
                    each.exhibit,
                    _short(each.reports),
                )
                for each in contents.timeline
            ),
            "timeline.jsonl",
        ),
        _table(
            "Exhibits",
            (("exhibit", 14), ("what", 24), ("net", 14), ("seal", 12), ("with", 16), ("findings", 8)),
            (
                (
                    each.name,
                    each.description or str(each.kind or "not described"),
                    written(each.net) if each.net else "",
                    f"{each.seal} ({each.seal_state})" if each.seal else "none",
                    each.ended or each.holder,
                    str(each.findings) if each.findings else "none",
                )
                for each in (chain.exhibit for chain in contents.chains)
            ),
            "exhibits.jsonl",
        ),
        _table(
            "Links",
            (("event", 15), ("to", 15), ("why", 36), ("score", 7), ("state", 9)),
            (_link(each) for each in contents.links),
            "links.jsonl",
            "A link is a lead for people to judge and no finding. The score is the probability that it is right.",
        ),
    ]


def _annexes(contents: Contents) -> list[dict[str, Any]]:
    found = [
        _table(
            "Reports",
            (("report", 27), ("kind", 9), ("originator", 11), ("submitted (UTC)", 13), ("marking", 24)),
            (
                (
                    each.id + (" (superseded)" if each.superseded else ""),
                    str(each.kind),
                    each.originator,
                    _minute(each.submitted_at),
                    each.banner,
                )
                for each in contents.reports
            ),
            "reports.jsonl",
            "Elsewhere ids are cut to their first letters.",
        )
    ]
    if contents.discovery:
        found += [
            _table(
                "Links that were rejected",
                (("event", 15), ("to", 15), ("why", 36), ("score", 7), ("state", 9)),
                (_link(each) for each in contents.rejected),
                "rejected.jsonl",
            ),
            _table(
                "What was not followed",
                (("report", 16), ("what", 34), ("why", 34)),
                ((_short([each.report]), each.what, each.why) for each in contents.not_followed),
                "not-followed.jsonl",
            ),
            _table(
                "What is withheld, and why",
                (("report", 27), ("kind", 9), ("originator", 11), ("marking", 16), ("rules", 28)),
                (
                    (
                        each.report + (f", portion {each.portion}" if each.portion else ""),
                        str(each.kind),
                        each.originator,
                        each.banner,
                        "; ".join(each.rules),
                    )
                    for each in contents.withheld
                ),
                "withheld.jsonl",
            ),
        ]
    return found


def _exhibit(chain: Chain) -> dict[str, Any]:
    card = chain.exhibit
    results = [
        f"{each.laboratory}, {each.number}: "
        + (", ".join(found.substance or found.written or found.contraband for found in each.findings) or "no finding")
        + (f", purity {each.purity:.1%}" if each.purity is not None else "")
        + (f", net {written(each.net)}" if each.net else "")
        + f". Accredited: {each.accredited}."
        for each in chain.results
    ]
    return {
        "name": card.name,
        "what": card.description or str(card.kind or "not described"),
        "banner": chain.banner,
        "state": f"{card.ended.capitalize()}." if card.ended else f"With {card.holder}.",
        "steps": _table(
            "",
            (("happened (UTC)", 13), ("what", 30), ("seal", 9), ("signed by", 26), ("entered (UTC)", 13)),
            (
                (
                    _when(step.happened),
                    act(step) + (f": {step.statement.purpose}" if step.statement.purpose else ""),
                    step.statement.seal or "none",
                    ", ".join(
                        f"{each.signature.by} ({each.signature.role}{'' if each.holds else ', does not hold'})"
                        for each in step.signatures
                    )
                    or "nobody",
                    _minute(step.entered),
                )
                for step in chain.steps
            ),
            "custody.jsonl",
        ),
        "findings": [f"{each.what} ({each.fault})" for each in chain.findings],
        "results": results,
        "files": [f"{each.name or each.what or 'file'}: SHA-256 {each.sha256}" for each in card.files],
    }


def _texts(shown: Shown) -> list[str]:
    """What the report says in free text, each portion under its own marking."""
    report = shown.report
    texts = [report.text] if report.text else []
    return texts + [f"({each.marking.banner}) {each.text}" for each in report.portions if each.text]


def _report(shown: Shown) -> dict[str, Any]:
    return {"id": shown.id, "banner": shown.banner, "what": said(shown.report), "texts": _texts(shown)}


def _table(
    title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]], file: str, note: str = ""
) -> dict[str, Any]:
    """A table; each column has a name and its share of the width."""
    every = list(rows)
    return {
        "title": title,
        "columns": [{"name": name, "share": share} for name, share in columns],
        "rows": [list(each) for each in every[:ROWS]],
        "of": len(every),
        "file": file,
        "note": note,
    }


def _link(link: Linked) -> tuple[str, ...]:
    state = f"{link.state}, in conflict" if link.conflict else link.state
    return (_short([link.event]), _short([link.other]), " ".join(link.reasons), f"{link.score:.2f}", state)


def _short(reports: Sequence[str]) -> str:
    """The ids' first letters: enough to find them in the files.

    >>> _short(["r-abcdefghijklmnop"])
    'r-abcdefgh…'
    """
    return ", ".join(f"{each[:10]}…" if len(each) > 11 else each for each in reports)


def _when(when: When) -> str:
    return when.at.strftime(_FORMS.get(when.precision, "%Y-%m-%d %H:%M"))


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

"""The package as PDF: the file is PDF/UA-1, and every page bears the marking of the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

from cutset import typesetting
from cutset.evidence.custody import Chain
from cutset.evidence.laboratory import Result, measured
from cutset.evidence.mass import written
from cutset.evidence.package.contents import Contents, Linked, Shown
from cutset.evidence.package.timeline import act, said
from cutset.model.report import Precision, When

DETAILED = 300
"""Exhibits whose chains are set in full, and reports whose texts are; of more the PDF says in which file they are."""
ROWS = 2000
"""Rows of a table that are set; all are in the file that the PDF names."""

_FORMS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}


def render(contents: Contents) -> bytes:
    """The PDF, the same bytes for the same contents. Raises `NoTypesetter` and `NotSet`."""
    template = resources.files(__package__).joinpath("templates/package.typ").read_bytes()
    return typesetting.pdf(
        template, {"package": _data(contents)}, at=contents.at, instead="ask for the package without its PDF"
    )


def _data(contents: Contents) -> dict[str, Any]:
    """What the template reads: sections of tables, and a part for each exhibit; all of it text."""
    speaking = [each for each in contents.reports if _texts(each)]
    disputed = {each.report for each in contents.disputes}
    return {
        "title": contents.title,
        "of": contents.of,
        "banner": contents.banner,
        "made": contents.made,
        "facts": _facts(contents),
        "tables": [each for each in _tables(contents) if each["rows"]],
        "exhibits": [_exhibit(each) for each in contents.chains[:DETAILED]],
        "more": max(0, len(contents.chains) - DETAILED),
        "reports": [_report(each, disputed) for each in speaking[:DETAILED]],
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
        *(
            [["Disputed", f"{len({each.report for each in contents.disputes}):,} of the reports"]]
            * bool(contents.disputes)
        ),
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
        _table(
            "Disputed by the person concerned",
            (("report", 27), ("disputed in", 27), ("received by", 13), ("submitted (UTC)", 13)),
            ((each.report, each.by, each.originator, _minute(each.submitted_at)) for each in contents.disputes),
            "disputes.jsonl",
            "What the person concerned says is among the reports. Whose report it is answers with a later one, or lets "
            "it stand.",
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
        "results": [_result(each) for each in chain.results],
        "files": [f"{each.name or each.what or 'file'}: SHA-256 {each.sha256}" for each in card.files],
    }


def _result(result: Result) -> str:
    found = ", ".join(each.substance or each.written or each.contraband for each in result.findings) or "no finding"
    cuts = ", ".join(each.name for each in result.cuts)
    profile = "; ".join(measured(result.profile))
    return (
        f"{result.laboratory}, {result.number}: {found}"
        + (f", purity {result.purity:.1%}" if result.purity is not None else "")
        + (f" ± {result.purity_uncertainty:.1%}" if result.purity_uncertainty is not None else "")
        + (f", net {written(result.net)}" if result.net else "")
        + (f", cut with {cuts}" if cuts else "")
        + f", by {', '.join(result.methods) or 'a method that is not told'}. Accredited: {result.accredited}."
        + (f" Signature profile: {profile}." if profile else "")
    )


def _texts(shown: Shown) -> list[str]:
    """What the report says in free text, each portion under its own marking."""
    report = shown.report
    texts = [report.text] if report.text else []
    return texts + [f"({each.marking.banner}) {each.text}" for each in report.portions if each.text]


def _report(shown: Shown, disputed: Collection[str]) -> dict[str, Any]:
    what = said(shown.report) + (" (DISPUTED)" if shown.id in disputed else "")
    return {"id": shown.id, "banner": shown.banner, "what": what, "texts": _texts(shown)}


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

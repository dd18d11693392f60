"""What the package says of itself, in words for whoever opens it without cutset."""

from __future__ import annotations

from cutset.evidence.package.contents import Contents

_README = """\
{banner}{made}

{title} ({of})
Made on {at:%Y-%m-%d %H:%M:%S} UTC by {maker}{recipient}, for {purpose}.

Everything here is what the viewer that it was made for may see, and nothing else; the marking above holds for the
whole. What is not here may exist.

To check that nothing was changed, run in this folder:

    sha256sum -c manifest.sha256

Where there is a manifest.tsr, a timestamping authority (RFC 3161) says since when the manifest has been there:

    openssl ts -verify -data manifest.sha256 -in manifest.tsr -CAfile AUTHORITY.pem

Files (each .jsonl has one JSON object a line; times are UTC, masses grams):

    package.pdf           to be read and printed, where it was asked for
    package.json          what this is, how it is marked, how much of each there is
    timeline.jsonl        what happened when, and the reports that say so
    exhibits.jsonl        each exhibit as it stands: holder, seal, masses
    custody.jsonl         each exhibit's chain: steps, signatures, holders, and what is wrong with it
    reports.jsonl         the reports, each with its marking and the portions shown
    results.jsonl         laboratory results; requests.jsonl and accreditations.jsonl with them
    links.jsonl           how the events are linked, and why
    disputes.jsonl        which of the reports the person concerned disputes, and the report that says so
    files.jsonl           the files that reports name; those found whole are in files/ under their SHA-256
    case.jsonld           the same as a graph of CASE 1.3 / UCO 1.3
{held}{discovery}"""

_PROOFS = """\
    proofs.jsonl          for each report, the Merkle path (RFC 9162) from its leaf to the root of a signed head
    heads.jsonl           these signed heads of the log
"""
_RECEIPTS = """\
    receipts.jsonl        for each report, that the log holds it and since when
"""
_DISCOVERY = """\
    rejected.jsonl        links that people looked at and rejected
    not-followed.jsonl    what was too common, or named too much, to be followed in looking for links
    withheld.jsonl        what the recipient may not see, and the rule that says so

reports.jsonl also holds every judgement on these reports and the versions that later ones replaced.
"""


def readme(contents: Contents, *, proofs: bool = False) -> str:
    """The text of README.txt."""
    return _README.format(
        banner=contents.banner,
        made="\nMADE exercise data: nobody observed it." if contents.made else "",
        title=contents.title,
        of=contents.of,
        at=contents.at,
        maker=contents.maker,
        recipient=f" for {contents.recipient}" if contents.recipient else "",
        purpose=contents.purpose,
        held=_PROOFS if proofs else _RECEIPTS,
        discovery=_DISCOVERY if contents.discovery else "",
    )

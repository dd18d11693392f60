"""The package as a graph of CASE 1.3 and UCO 1.3 (Cyber-domain Ontology), in JSON-LD.

Exhibits are provenance records with exhibit numbers, acts and transfers are investigative actions, files are files with
their hashes, links are relationships, markings are marking definitions. No term is used that the two ontologies lack;
what they have no word for is said in a description.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cutset.evidence.custody import Chain
from cutset.evidence.laboratory import Result, measured
from cutset.evidence.package.contents import Contents, Linked, Shown
from cutset.evidence.package.timeline import act, said
from cutset.evidence.steps import Step
from cutset.model.exhibit import Attachment
from cutset.model.report import Case, Precision, When

Node = dict[str, Any]

_UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT = {
    "kb": "urn:cutset:kb:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{
        f"uco-{each}": f"{_UCO}{each}/"
        for each in ("action", "core", "identity", "marking", "observable", "types", "vocabulary")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def graph(contents: Contents) -> dict[str, Any]:
    """The JSON-LD document; the same for the same contents."""
    nodes: dict[str, Node] = {}
    for node in _nodes(contents):
        nodes.setdefault(node["@id"], node)
    return {"@context": CONTEXT, "@graph": [nodes[each] for each in sorted(nodes)]}


def _nodes(contents: Contents) -> Iterator[Node]:
    content = contents.entries[contents.of].report.content
    members = []
    for node in _members(contents):
        members.append({"@id": node["@id"]})
        yield node
    yield {
        **_object("case-investigation:Investigation", "investigation", contents.of, contents.banner),
        "uco-core:name": contents.title,
        "uco-core:description": _made(f"Made by {contents.maker} for {contents.purpose}.", contents.made),
        "uco-core:objectCreatedTime": _time(contents.at),
        **({"case-investigation:investigationStatus": content.status} if isinstance(content, Case) else {}),
        # A compilation holds each of its objects once.
        "uco-core:object": list({each["@id"]: each for each in members}.values()),
    }


def _members(contents: Contents) -> Iterator[Node]:
    banners = {contents.banner, *(each.banner for each in contents.reports)}
    banners |= {each.banner for each in contents.results}
    banners |= {each.banner for each in (*contents.links, *contents.rejected)}
    banners |= {chain.exhibit.banner for chain in contents.chains} | {chain.banner for chain in contents.chains}
    for banner in sorted(banners):
        yield _marking(banner)
    disputed: dict[str, list[str]] = {}
    for dispute in contents.disputes:
        disputed.setdefault(dispute.report, []).append(dispute.by)
    for report in contents.reports:
        yield _report(report, disputed.get(report.id, ()))
        yield _identity(report.originator, "Organization")
    for file in contents.files:
        yield _file(file, contents.banner)
    for chain in contents.chains:
        yield from _exhibit(chain)
    for result in contents.results:
        yield from _result(result)
    for link in (*contents.links, *contents.rejected):
        yield _link(link)


def _exhibit(chain: Chain) -> Iterator[Node]:
    exhibit = chain.exhibit
    yield {
        **_object("uco-core:Item", "item", exhibit.name, exhibit.banner),
        "uco-core:name": exhibit.name,
        "uco-core:description": exhibit.description or str(exhibit.kind or "not described"),
    }
    objects = [_ref("item", exhibit.name), *(_ref("file", each.sha256) for each in exhibit.files)]
    record: Node = {
        **_object("case-investigation:ProvenanceRecord", "exhibit", exhibit.name, chain.banner),
        "case-investigation:exhibitNumber": exhibit.name,
        "uco-core:object": objects,
    }
    if exhibit.origin:
        record["case-investigation:rootExhibitNumber"] = list(exhibit.origin)
    flaws = [f"Finding ({each.fault}): {each.what}" for each in chain.findings]
    if flaws:
        record["uco-core:description"] = sorted(flaws)
    yield record
    for step in chain.steps:
        yield from _step(step, exhibit.name, chain.banner)


def _step(step: Step, exhibit: str, banner: str) -> Iterator[Node]:
    said_by = [step.statement.giver, step.statement.receiver]
    for each in said_by:
        yield _identity(each, "Identity")
    signed = [
        f"Signed as {each.signature.role} by {each.signature.by} with the Ed25519 key {each.signature.key} on "
        f"{_time(each.signature.at)['@value']}: {'holds' if each.holds else 'does not hold'}"
        for each in step.signatures
    ]
    node: Node = {
        **_object("case-investigation:InvestigativeAction", "step", "\n".join((exhibit, *step.reports)), banner),
        "uco-core:name": act(step),
        "uco-action:performer": _ref("identity", step.statement.giver),
        "uco-action:object": [_ref("exhibit", exhibit), *(_ref("report", each) for each in step.reports)],
        "uco-core:description": [*([step.statement.purpose] if step.statement.purpose else []), *signed],
        **_started(step.happened),
    }
    if step.is_transfer:
        node["uco-action:participant"] = _ref("identity", step.statement.receiver)
    if not node["uco-core:description"]:
        node["uco-core:description"] = "Nobody signed."
    yield node


def _result(result: Result) -> Iterator[Node]:
    yield _identity(result.laboratory, "Organization")
    found = [each.substance or each.written or each.contraband for each in result.findings]
    statements = [f"Found: {each}" for each in found]
    if result.purity is not None:
        uncertainty = f" ± {result.purity_uncertainty}" if result.purity_uncertainty is not None else ""
        statements.append(f"Purity (mass fraction): {result.purity}{uncertainty}")
    if result.net is not None:
        statements.append(f"Net mass: {result.net.grams} g ± {result.net.uncertainty_g} g (k = 2)")
    statements += [f"Cutting agent: {each.name}" for each in result.cuts]
    statements += [f"Signature profile: {each}" for each in measured(result.profile)]
    statements += [f"Method: {each}" for each in result.methods]
    statements.append(f"Accredited: {result.accredited}")
    yield {
        **_object("uco-core:Assertion", "result", result.report, result.banner),
        "uco-core:name": f"Laboratory result {result.number}",
        "uco-core:statement": statements,
    }
    yield {
        **_object("case-investigation:InvestigativeAction", "examination", result.report, result.banner),
        "uco-core:name": f"examined by {result.laboratory}",
        "uco-action:performer": _ref("identity", result.laboratory),
        "uco-action:object": [_ref("report", result.report)],
        "uco-action:result": [_ref("result", result.report), *(_ref("file", each.sha256) for each in result.files)],
        **(_started(result.when) if result.when else {}),
    }


def _report(report: Shown, disputed_by: Sequence[str]) -> Node:
    return {
        **_object("uco-core:Assertion", "report", report.id, report.banner),
        "uco-core:name": report.id,
        "uco-core:statement": _made(said(report.report), report.report.source.made),
        "uco-core:tag": [
            str(report.kind),
            *(["superseded"] if report.superseded else []),
            *(["disputed"] if disputed_by else []),
        ],
        **({"uco-core:description": [f"Disputed in {each}." for each in disputed_by]} if disputed_by else {}),
        "uco-core:createdBy": _ref("identity", report.originator),
        "uco-core:objectCreatedTime": _time(report.submitted_at),
    }


def _link(link: Linked) -> Node:
    return {
        **_object("uco-core:Relationship", "link", link.id, link.banner),
        "uco-core:source": _ref("report", link.event),
        "uco-core:target": _ref("report", link.other),
        "uco-core:isDirectional": False,
        "uco-core:kindOfRelationship": "Related_To",
        "uco-core:description": [*link.reasons, f"Score {link.score:.3f}; {link.state}."],
    }


def _file(file: Attachment, banner: str) -> Node:
    facet: Node = {
        "@id": _id("file-facet", file.sha256),
        "@type": "uco-observable:FileFacet",
        "uco-observable:fileName": file.name or file.sha256,
        "uco-observable:sizeInBytes": file.size,
    }
    data: Node = {
        "@id": _id("content-facet", file.sha256),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:sizeInBytes": file.size,
        "uco-observable:hash": {
            "@id": _id("hash", file.sha256),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": {"@type": "uco-vocabulary:HashNameVocab", "@value": "SHA256"},
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }
    if file.media_type:
        data["uco-observable:mimeType"] = file.media_type
    return {
        **_object("uco-observable:File", "file", file.sha256, banner),
        **({"uco-core:description": file.what} if file.what else {}),
        "uco-core:hasFacet": [facet, data],
    }


def _identity(of: str, kind: str) -> Node:
    return {"@id": _id("identity", of), "@type": f"uco-identity:{kind}", "uco-core:name": of}


def _marking(banner: str) -> Node:
    return {
        "@id": _id("marking", banner),
        "@type": "uco-marking:MarkingDefinition",
        "uco-core:name": banner,
        "uco-marking:definitionType": "statement",
        "uco-marking:definition": {
            "@id": _id("statement", banner),
            "@type": "uco-marking:StatementMarking",
            "uco-marking:definitionType": "statement",
            "uco-marking:statement": banner,
        },
    }


def _object(kind: str, sort: str, of: str, banner: str) -> Node:
    return {"@id": _id(sort, of), "@type": kind, "uco-core:objectMarking": _ref("marking", banner)}


def _ref(sort: str, of: str) -> Node:
    return {"@id": _id(sort, of)}


def _id(sort: str, of: str) -> str:
    """An IRI that ends in a UUID, as UCO advises: always the same for the same thing."""
    return f"kb:{sort}-{uuid5(NAMESPACE_URL, f'urn:cutset:{sort}:{of}')}"


def _started(when: When) -> Node:
    found: Node = {"uco-action:startTime": _time(when.at)}
    if when.precision is Precision.SECOND:
        found["uco-action:endTime"] = _time(when.at)
    return found


def _time(at: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": at.isoformat().replace("+00:00", "Z")}


def _made(text: str, made: bool) -> str:
    return f"MADE exercise data. {text}" if made else text

from __future__ import annotations

import gzip
from shutil import copytree

import pytest

from cutset.ingest.ofac_sdn import OfacSdn
from cutset.ingest.source import BadFile
from cutset.model.mention import MentionKind, Role
from cutset.model.report import Case, Kind
from tests.ingest.reading import MADE, context, read, real

FOLDER = MADE / "made-sanctions"


@pytest.fixture(scope="module")
def made():
    return read(OfacSdn(), FOLDER)


@pytest.fixture(scope="module")
def parties(made):
    return {draft.report.source.record: draft.report for draft in made[0]}


def test_a_party_is_a_case_with_its_programmes(parties):
    report = parties["700001"]
    assert report.content == Case(
        number="SDN-700001", title="MADE LOPEZ, Juan", status="designated", programmes=("FTO", "SDNTK")
    )
    assert report.source.dataset == "ofac-sdn"
    assert report.text.startswith("DOB 10 Dec 1948; ")


def test_a_person_has_aliases_births_addresses_and_selectors(parties):
    person = parties["700001"].mentions[0]
    assert (person.kind, person.role, person.description) == (MentionKind.PERSON, Role.SUBJECT, "Treasurer")
    assert person.aliases == ("MADE LÓPEZ, Juan José", "MADE PEREZ, Juan", '"EL HECHO"')
    assert person.born == ("1948-12-10", "circa 1951")
    assert person.addresses == ("Calle Made 1, Made Town, Sinaloa, Mexico",)
    values = {each.value for each in person.selectors if each.verified}
    assert {"MX:AB123456", "XBT:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"} <= values
    assert "EVM:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" in values


def test_nationality_and_birthplace_stay_in_the_text(parties):
    person = parties["700001"].mentions[0]
    assert "nationality" not in person.description
    assert "nationality Mexico" in parties["700001"].text


def test_whom_a_party_is_linked_to_is_an_associate_person_or_organization(parties):
    associates = [mention for mention in parties["700001"].mentions if mention.role is Role.ASSOCIATE]
    assert [(each.kind, each.name) for each in associates] == [
        (MentionKind.ORGANIZATION, "GRUPO MADE, S.A. DE C.V."),
        (MentionKind.PERSON, "MADE, Pedro"),
    ]


def test_a_vessel_has_its_columns_and_its_remarks_go_on_in_the_comments(parties):
    vessel, owner, associate = parties["700002"].mentions
    assert (vessel.kind, vessel.name, vessel.aliases, vessel.flag) == (
        MentionKind.VESSEL,
        "MADE STAR",
        ("MADE MOON",),
        "PA",
    )
    assert {("imo", "9074729"), ("mmsi", "636091111")} <= {(str(each.kind), each.value) for each in vessel.selectors}
    assert any(each.written == "A8XX9" for each in vessel.selectors)
    assert vessel.description == "General Cargo; 2,597 t deadweight; gross tonnage 1,098; Former Vessel Flag Malta"
    assert (owner.role, owner.name) == (Role.OWNER, "Made Shipping Co. Ltd.")
    assert (associate.role, associate.name) == (Role.ASSOCIATE, "GRUPO MADE, S.A. DE C.V.")


def test_an_aircraft_is_known_by_its_name_and_its_operator(parties):
    aircraft, operator = parties["700004"].mentions
    assert aircraft.kind is MentionKind.AIRCRAFT
    assert [(str(each.kind), each.written) for each in aircraft.selectors] == [("aircraft-registration", "HK-0000")]
    assert (operator.role, operator.name) == (Role.OPERATOR, "MADE AIR")


def test_an_aircraft_known_by_its_serial_number_has_no_registration(parties):
    (aircraft,) = parties["700007"].mentions
    assert (aircraft.name, aircraft.selectors) == ("MSN 0391", ())


def test_an_organization_without_an_address_has_none(parties):
    (party,) = parties["700003"].mentions
    assert (party.kind, party.addresses, party.aliases) == (MentionKind.ORGANIZATION, (), ())


def test_a_comment_without_its_party_is_a_nameless_case(parties):
    report = parties["700090"]
    assert "name is not in this file" in report.content.title
    assert report.text.startswith("… 4Q5hJ; ")
    assert "aka MADE NAMELESS" in report.text
    assert [(str(each.kind), str(each.role), each.name) for each in report.mentions] == [
        ("wallet", "means", ""),
        ("account", "means", ""),
        ("organization", "associate", "MADE GROUP"),
    ]


def test_every_row_of_the_four_files_is_in_a_case_or_a_reject(made):
    drafts, rejects = made
    assert sum(draft.rows for draft in drafts) + len(rejects) == 8 + 5 + 2 + 2
    assert {(reject.file, reject.line, reject.value) for reject in rejects if reject.column} == {
        ("made-alt.csv", 4, "799999"),
        ("made-sdn.csv", 6, "700003"),
        ("made-sdn.csv", 7, "x700005"),
    }
    (short,) = [reject for reject in rejects if not reject.column]
    assert (short.file, short.line) == ("made-sdn.csv", 8)


def test_names_of_files_may_have_any_prefix_be_packed_and_be_in_capitals(tmp_path, made):
    for file in FOLDER.iterdir():
        packed = file.name.removeprefix("made-").upper() + ".gz"
        (tmp_path / packed).write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    drafts, rejects = read(OfacSdn(), tmp_path)
    assert [draft.report for draft in drafts] == [draft.report for draft in made[0]]
    assert len(rejects) == len(made[1])


def test_of_two_lists_in_one_folder_one_must_be_named(tmp_path, made):
    folder = copytree(FOLDER, tmp_path / "lists")
    for file in FOLDER.iterdir():
        (folder / file.name.replace("made-", "older-")).write_bytes(file.read_bytes())
    with pytest.raises(BadFile, match="two lists"):
        list(OfacSdn().read(folder, context()))
    drafts, _ = read(OfacSdn(), folder / "made-sdn.csv")
    assert [draft.report for draft in drafts] == [draft.report for draft in made[0]]


def test_a_list_without_its_aliases_a_wrong_file_and_another_kind_are_refused(tmp_path):
    folder = copytree(FOLDER, tmp_path / "lists")
    (folder / "made-alt.csv").unlink()
    with pytest.raises(BadFile, match=r"no alt\.csv"):
        list(OfacSdn().read(folder, context()))
    with pytest.raises(BadFile, match="not OFAC's"):
        list(OfacSdn().read(FOLDER / "made-alt.csv", context()))
    with pytest.raises(BadFile, match="cases"):
        list(OfacSdn().read(FOLDER, context(kind=Kind.SEIZURE)))


@pytest.mark.data
def test_the_real_list_is_read_whole():
    drafts, rejects = read(OfacSdn(), real("sanctions"))
    parties = {draft.report.source.record for draft in drafts}
    assert len(parties) == len(drafts) == 7_379 + 10  # ten comments are of parties of a later edition
    assert sum(draft.rows for draft in drafts) + len(rejects) == 7_379 + 17_091 + 18_990 + 13
    assert {reject.column for reject in rejects} == {"ent_num"}
    programmes = [draft.report.content.programmes for draft in drafts]
    assert sum("SDNTK" in each for each in programmes) == 1_794
    assert not any("[" in programme or "]" in programme for each in programmes for programme in each)
    kinds = [draft.report.mentions[0].kind for draft in drafts if "sdn.csv" in draft.file]
    assert (kinds.count(MentionKind.VESSEL), kinds.count(MentionKind.AIRCRAFT)) == (323, 217)

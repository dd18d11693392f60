from __future__ import annotations

import os
from datetime import UTC, datetime
from shutil import copytree

import pytest

from cutset.ingest.ofac_crypto import OfacCrypto
from cutset.ingest.ofac_sdn import OfacSdn
from cutset.ingest.source import BadFile
from cutset.model.mention import MentionKind
from cutset.model.report import Detection, Kind, Precision
from tests.ingest.reading import MADE, context, read, real, verified

FOLDER = MADE / "made-wallets"
GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
EIP_55 = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_each_address_is_a_detection_of_a_wallet_keyed_by_currency_and_address():
    drafts, _ = read(OfacCrypto(), FOLDER)
    bitcoin = next(draft for draft in drafts if draft.report.source.record == f"XBT:{GENESIS}")
    assert isinstance(bitcoin.report.content, Detection)
    assert (bitcoin.report.content.goods, bitcoin.report.content.where.country) == ((), "")
    (wallet,) = bitcoin.report.mentions
    assert wallet.kind is MentionKind.WALLET
    assert [(each.value, each.verified) for each in wallet.selectors] == [(f"XBT:{GENESIS}", True)]
    assert (bitcoin.file, bitcoin.line) == ("sanctioned_addresses_XBT.txt", 1)


def test_one_address_in_two_lists_is_two_reports_with_one_selector():
    drafts, _ = read(OfacCrypto(), FOLDER)
    tokens = [draft for draft in drafts if not draft.report.source.record.startswith("XBT")]
    assert [draft.report.source.record[:5] for draft in tokens] == ["ETH:0", "USDT:"]
    assert [OfacCrypto().scope(draft.report) for draft in tokens] == ["ETH", "USDT"]
    assert verified(tokens) == {("wallet", f"EVM:{EIP_55.lower()}")}


def test_an_address_with_a_slip_is_kept_unverified_and_other_lines_are_rejected():
    drafts, rejects = read(OfacCrypto(), FOLDER)
    slip = next(draft for draft in drafts if draft.report.source.record.endswith("DivfNb"))
    assert [each.verified for each in slip.report.mentions[0].selectors] == [False]
    assert [(reject.line, reject.value) for reject in rejects] == [(4, "not an address"), (5, GENESIS)]
    assert "line 1" in rejects[1].reason


@pytest.mark.parametrize(
    ("vintage", "at", "precision"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), Precision.YEAR),
        ("2024-06", datetime(2024, 6, 1, tzinfo=UTC), Precision.MONTH),
        ("2024-06-30", datetime(2024, 6, 30, tzinfo=UTC), Precision.DAY),
    ],
)
def test_the_time_is_the_vintage_as_finely_as_it_is_said(vintage, at, precision):
    drafts, _ = read(OfacCrypto(), FOLDER, vintage=vintage)
    assert {(draft.report.content.when.at, draft.report.content.when.precision) for draft in drafts} == {
        (at, precision)
    }


def test_without_a_vintage_it_is_the_year_in_which_the_file_was_changed_and_never_the_future(tmp_path):
    folder = copytree(FOLDER, tmp_path / "lists")
    for file in folder.iterdir():
        os.utime(file, (0, datetime(2023, 8, 9, tzinfo=UTC).timestamp()))
    os.utime(folder / "sanctioned_addresses_ETH.txt", (0, datetime(2031, 1, 1, tzinfo=UTC).timestamp()))
    drafts, _ = read(OfacCrypto(), folder)
    years = {
        draft.file[-7:-4]: (draft.report.content.when.at.year, draft.report.content.when.precision) for draft in drafts
    }
    assert years == {"XBT": (2023, Precision.YEAR), "SDT": (2023, Precision.YEAR), "ETH": (2026, Precision.YEAR)}


@pytest.mark.parametrize("vintage", ["soon", "2999", "2024-13"])
def test_a_vintage_that_is_no_past_date_is_refused(vintage):
    with pytest.raises(BadFile, match="vintage"):
        list(OfacCrypto().read(FOLDER, context(vintage=vintage)))


def test_a_single_list_a_folder_without_lists_and_another_kind(tmp_path):
    drafts, _ = read(OfacCrypto(), FOLDER / "sanctioned_addresses_ETH.txt")
    assert len(drafts) == 1
    with pytest.raises(BadFile, match="no list"):
        list(OfacCrypto().read(tmp_path, context()))
    with pytest.raises(BadFile, match="detections"):
        list(OfacCrypto().read(FOLDER, context(kind=Kind.CASE)))


@pytest.mark.data
def test_204_wallets_stand_both_in_the_remarks_and_in_the_real_lists():
    listed, rejects = read(OfacCrypto(), real("sanctions/ofac-crypto"))
    assert (len(listed), rejects) == (654, [])
    designated, _ = read(OfacSdn(), real("sanctions"))
    assert len(verified(listed, "wallet") & verified(designated, "wallet")) == 204

"""`cutset targets` and `cutset target`, as the shell runs them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import run

HEADER = (
    "number,departs,arrives,container,origin,lading,port,shipper,consignee,consignee_phone,goods,hs_code,weight_kg,"
    "value_usd"
)


def test_a_targeter_takes_the_queue_decides_records_and_reads_the_rules(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "port.cutset").status == 0
    rows = [
        f"M{number},2024-02-20,2024-03-01,,EC,ECGYE,USLAX,Regular,Buyer,,Fruit,080390,{20000 + number},{12000 + number}"
        for number in range(30)
    ]
    odd = "M99,2024-02-20,2024-03-01,,CN,PAONX,USLAX,New Firm,New Buyer,,Bananas,080390,60000,900000"
    (tmp_path / "manifests.csv").write_text("\n".join([HEADER, *rows, odd]) + "\n")
    taken = run(tmp_path, "ingest", "exercise-manifests", "manifests.csv", "--made", "--agency", "local")
    assert taken.status == 0, taken.err

    queue = run(tmp_path, "targets", "--capacity", "5", "--place", "USLAX", "--date", "2024-03-01", "--json")
    assert queue.status == 0, queue.err
    assert (queue.json["arrivals"], len(queue.json["places"])) == (31, 5)
    by_rank = next(each for each in queue.json["places"] if each["why"] == "by rank")["target"]
    drawn = {each["target"]["number"] for each in queue.json["places"] if each["why"] == "drawn by lot"}
    assert "M99" in {by_rank["number"], *drawn}
    id = by_rank["id"]
    assert "odds" in run(tmp_path, "target", "why", id).out
    assert run(tmp_path, "target", "decide", id, "inspect", "--expected", "open").status == 0
    stale = run(tmp_path, "target", "decide", id, "release", "--reason", "x", "--expected", "open")
    assert stale.status == 2
    assert "not open any more" in stale.err
    assert run(tmp_path, "target", "record", id, "--found", "--detector", "x-ray").status == 0
    assert "Targeted: 1/1" in run(tmp_path, "target", "rules").out
    none = run(tmp_path, "targets", "--capacity", "0")
    assert none.status == 2
    assert "capacity" in none.err

"""What installs and starts the server says what is there: the Dockerfile, the unit of systemd, and their command."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cutset.web.settings import Settings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "cutset.service"
COMMAND = [sys.executable, "-c", "from cutset.cli import main; main()"]


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, lines that go on put together."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def of(instruction: str) -> list[str]:
    return [argument for name, argument in steps() if name == instruction]


class Cased(configparser.ConfigParser):
    """A unit's file: its settings are told apart by case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture
def unit() -> configparser.ConfigParser:
    found = Cased(strict=True, interpolation=None)
    found.read_string(UNIT.read_text("utf-8"))
    return found


def settings(given: str) -> dict[str, str]:
    """The server's own settings, of those of an environment as both files write it."""
    pairs = dict(each.split("=", 1) for each in given.split())
    return {name.removeprefix("CUTSET_SERVE_").removeprefix("CUTSET_").lower(): value for name, value in pairs.items()}


def test_the_image_is_built_of_what_is_there() -> None:
    names = [name for name, _ in steps()]
    assert names[0] == "FROM"
    assert names.index("USER") > names.index("RUN"), "nothing is installed as a user without rights"
    assert set(names) <= {"FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE", "HEALTHCHECK",
                          "STOPSIGNAL", "CMD"}  # fmt: skip
    copied = [part for argument in of("COPY") for part in argument.split()[:-1]]
    assert all((ROOT / each).exists() for each in copied), copied
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {"pyproject.toml", "cutset", project["readme"]}
    assert needed <= set(copied), "what the build reads is copied before it"
    (extras,) = re.findall(r'"\.\[([\w,]+)\]"', of("RUN")[0])
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    (python,) = re.findall(r"python:(\d+\.\d+)", of("FROM")[0])
    assert project["requires-python"] in (f">={python}", f">= {python}")
    assert "cutset" in project["scripts"]


def test_the_image_starts_the_server_as_a_user_without_rights_over_a_volume() -> None:
    (user,), (volume,) = of("USER"), of("VOLUME")
    made = of("RUN")[0]
    assert f"useradd --system --uid 10001 {user}" in made
    assert f"chown {user} {volume}" in made
    given = settings(of("ENV")[0])
    assert set(given) <= set(Settings.__struct_fields__)
    assert given["store"].startswith(volume)
    (exposed,) = of("EXPOSE")
    assert int(exposed) == Settings(store="made").port
    assert f":{exposed}/readyz" in of("HEALTHCHECK")[0]
    compile(re.findall(r'"-c", "(.*)"\]', of("HEALTHCHECK")[0])[0], "healthcheck", "exec")
    assert of("CMD") == ['["cutset", "serve"]']


def test_the_unit_starts_the_same_command_with_settings_that_there_are(unit: configparser.ConfigParser) -> None:
    service = unit["Service"]
    assert service["ExecStart"].split()[1:] == ["serve"]
    assert Path(service["ExecStart"].split()[0]).name == "cutset"
    given = settings(service["Environment"])
    assert set(given) <= set(Settings.__struct_fields__)
    assert given["store"].startswith(f"/var/lib/{service['StateDirectory']}/")
    assert "UMask" in service
    assert service["NoNewPrivileges"] == "yes"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_command_of_both_is_there() -> None:
    shown = subprocess.run([*COMMAND, "serve", "--help"], capture_output=True, text=True, check=True,
                           env=os.environ | {"COLUMNS": "120"})  # fmt: skip
    assert "--store" in shown.stdout
    assert "--port" in shown.stdout


def test_systemd_knows_every_word_of_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    # The command is this environment's own: systemd looks whether it can be run.
    there = Path(sys.executable).with_name("cutset")
    text = UNIT.read_text("utf-8").replace("/opt/cutset/bin/cutset", str(there)).replace("User=cutset", "User=root")
    placed = tmp_path / "cutset.service"
    placed.write_text(text)
    done = subprocess.run([program, "verify", "--man=no", str(placed)], capture_output=True, text=True)
    told = [line for line in (done.stdout + done.stderr).splitlines() if "cutset.service" in line]
    assert told == []
    # A word that it does not know is told, so that the silence above means something.
    placed.write_text(text.replace("UMask=", "UMusk="))
    done = subprocess.run([program, "verify", "--man=no", str(placed)], capture_output=True, text=True)
    assert "UMusk" in done.stdout + done.stderr

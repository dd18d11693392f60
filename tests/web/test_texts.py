"""What pages say is ready for translation: no template, program or script says anything past the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import nodes

from cutset.web import texts
from cutset.web.render import templates
from tests.web.serving import client, served
from tests.worlds import Store

WEB = Path(str(files("cutset.web")))
SIGNS = {"UTC", "kB", "kg", "min", "nmi", "FY", "HS", "SHA", "cutset"}
"""Units, symbols and names that are the same in every language."""
SHOWN = {"placeholder", "title", "aria-label", "alt", "label"}
VALUE = "\0"


class Words(HTMLParser):
    """The words of a template that stand there as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("code", "pre", "kbd", "style", "script")
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre", "kbd", "style", "script")

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(re.sub(r"/\w+\?\S*", "", data))


def bare(source: str) -> list[str]:
    """The words that a template shows without asking for them by `_`."""
    parts, outputs = [], templates().parse(source).find_all(nodes.Output)
    for output in outputs:
        for node in output.nodes:
            parts.append(node.data if isinstance(node, nodes.TemplateData) else VALUE)
            if isinstance(node, nodes.Const | nodes.Concat):
                parts += [str(each.value) for each in (node, *node.find_all(nodes.Const)) if hasattr(each, "value")]
    reader = Words()
    reader.feed("".join(parts))
    reader.close()
    words = [word for text in reader.found for word in re.findall(r"[^\W\d_]{2,}", text)]
    # Words of a tag that a macro makes from its parts are names of attributes, and no text.
    return [word for word in words if word not in SIGNS] if not source.startswith("{# A field for words") else []


TEMPLATES = sorted((WEB / "templates" / "workspace").glob("*.j2"))


@pytest.mark.parametrize("template", TEMPLATES, ids=[each.name for each in TEMPLATES])
def test_a_template_says_what_the_catalogue_says(template: Path) -> None:
    assert bare(template.read_text("utf-8")) == []


def test_the_scan_of_templates_sees_words() -> None:
    assert bare('<p title="Some title">Plain words {{ x }}</p><code>not these</code>') == [
        "Some",
        "title",
        "Plain",
        "words",
    ]
    assert bare('<p>{{ _("Said") }}</p>{{ "Shown" }}') == ["Shown"]


SENTENCE = re.compile(r"^[A-Z][a-z']*[ ,].*[a-z]+[.?!]?$")
NO_PAGE = {"overview.py", "gather.py", "overview_data.py", "flowmap.py", "timeline.py", "shares.py", "projection.py"}
"""The overview is a file of its own, and not a page of the workspace. The API is for programs, and English."""
LATER = {"checks.py", "custody_form.py", "numbers.py"}
"""What these hold is said by the page that shows it: how a check ended, what is done to an exhibit, names of months."""
NOT_SHOWN = {"Counter", "Gauge", "Histogram", "FastAPI", "say"}


def said(source: str) -> list[str]:
    """Sentences in a module that are shown and not said by `say`."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    through = {id(each) for call in calls if _name(call.func) in NOT_SHOWN for each in ast.walk(call)}
    through |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    named = {each.id for call in calls if _name(call.func) == "say" for each in call.args if isinstance(each, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id in named for each in node.targets
        ):
            through |= {id(each) for each in ast.walk(node)}
    return [text for node in ast.walk(tree) if id(node) not in through for text in _sentence(node)]


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def _sentence(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value):
        yield node.value
    if isinstance(node, ast.Call) and _name(node.func) == "str" and node.args:
        only = node.args[0]
        if isinstance(only, ast.Name) and only.id == "error":
            yield "str(error), which is not said by `told`"


MODULES = sorted(each for each in WEB.rglob("*.py") if each.name not in NO_PAGE | LATER | {"api.py", "oidc.py"})


@pytest.mark.parametrize("module", MODULES, ids=[str(each.relative_to(WEB)) for each in MODULES])
def test_a_program_says_what_the_catalogue_says(module: Path) -> None:
    assert said(module.read_text("utf-8")) == []


def test_the_scan_of_programs_sees_sentences() -> None:
    assert said('page("x", problem="Nothing was done.")') == ["Nothing was done."]
    assert said('X = "Nothing was done."\npage("x", problem=say(X))') == []
    assert said('"""A docstring of words."""\npage("x", problem=say("Nothing was done."))') == []


QUOTED = re.compile(r'(?<!say\()(?<![\w$])("(?:[^"\\\n]|\\.)*"|`[^`]*`)')
TEXT = re.compile(r"^[A-Z]?[a-z']+…?( .*[a-z]{2,}.*[.…?]$|…$)|[a-z]+ [a-z]+ [a-z]+ [a-z]+")
PLUMBING = re.compile(r"^[\"`](use strict|status \$|[#.\[a-z].*[\[#.>]|application/)")


def unsaid(script: str) -> list[str]:
    """Words in a script that are not said by `say`."""
    plain = re.sub(r"^\s*//.*$|(?<=[;{] )//.*$", "", script, flags=re.M)
    thrown = re.sub(r"new Error\((\"[^\"]*\"|`[^`]*`)\)", "", plain)
    return [each for each in QUOTED.findall(thrown) if TEXT.search(each[1:-1]) and not PLUMBING.match(each)]


SCRIPTS = sorted((WEB / "static").glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=[each.name for each in SCRIPTS])
def test_a_script_says_what_the_catalogue_says(script: Path) -> None:
    assert unsaid(script.read_text("utf-8")) == []


def test_the_scan_of_scripts_sees_words() -> None:
    assert unsaid('x.textContent = "Sending…"; y.textContent = say("Sending…");') == ['"Sending…"']
    assert unsaid("tell(`${n} kept here, to be sent later.`)") == ["`${n} kept here, to be sent later.`"]


def test_a_language_that_is_there_is_spoken_to_who_asks_for_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"xx": {"New seizure": "Nova kapto", "Too many requests. Wait a minute.": "Tro multe."}}
    monkeypatch.setattr(texts, "texts", lambda language: made.get(language, {}))
    monkeypatch.setattr(texts, "languages", lambda: ("en", "xx"))
    ann = client(served(store.url), "ann@ash")
    asked = {"accept-language": "yy, xx-AA;q=0.8, en;q=0.5"}
    page = ann.get("/seizure", headers=asked).text
    assert '<html lang="xx">' in page
    assert "<h1>Nova kapto</h1>" in page
    assert ">Inbox<" in page, "what a language lacks stays English"
    assert "Nova kapto" in ann.get("/static/words.js", headers=asked).text
    assert '<html lang="en">' in ann.get("/seizure", headers={"accept-language": "yy;q=1"}).text
    assert ann.get("/static/words.js").text == "window.cutsetWords = {};\n"

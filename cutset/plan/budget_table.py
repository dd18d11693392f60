"""Budget tables: a mapping file says which columns of a table hold what, and each line becomes an entry.

    name = "budget-summary-2022"
    title = "National Drug Control Budget, by agency and function"
    plan = "niccp-2021"
    agency = "Department"
    account = "Account"
    function = "Function"
    scale = 1000000                       # amounts are in millions
    pass_over = ["Total"]                 # rows that only add up others

    [agencies]
    "Department of Homeland Security" = "dhs"

    [[amounts]]
    column = "FY 2020 Final"
    fiscal_year = "FY 2020"
    stage = "actual"

A table may be wide, with a column for each year and stage, or long, with the year and the stage in columns of their
own (`fiscal_year_column`, `stage_column`): rows of one agency and account then make one line together.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from cutset.errors import CutsetError
from cutset.ingest.mapping_file import Form
from cutset.ingest.mapping_rows import Row, rows
from cutset.ingest.reader import Context, Draft, Reject
from cutset.ingest.source import BadFile, open_text
from cutset.model import quantity
from cutset.model.register import Amount, BudgetLine, FundingStage, RegisterEntry
from cutset.model.report import Kind, Report, Response, Source, Struct
from cutset.model.text import fold
from cutset.plan import document, fiscal_years
from cutset.plan.clauses import Plan
from cutset.plan.faults import Fault, listed, rejected
from cutset.plan.registers import NO_DUTY, unknown_duties


class BadBudgetMapping(CutsetError):
    """A budget table's mapping file that cannot be used."""


class AmountForm(Struct, frozen=True):
    """A column of amounts: of which fiscal year and stage, or the columns that say so."""

    column: str
    fiscal_year: str | int = ""
    fiscal_year_column: str = ""
    stage: str = ""
    stage_column: str = ""


class BudgetMapping(Struct, frozen=True):
    """A whole mapping file.

    `agency`, `account`, `function` name columns, and so do `line` (the line's own id; without it agency and account
    make one), `duties` and `gaps` (lists parted by semicolons). `agencies`, `functions` and `stages` say what a written
    value means; one that is not there is taken as written. `scale` is what amounts are to be multiplied by, `currency`
    theirs. `pass_over` are beginnings of the agency or account in rows that only add up others.
    """

    name: str
    title: str
    plan: str
    agency: str
    account: str
    function: str
    amounts: tuple[AmountForm, ...]
    line: str = ""
    duties: str = ""
    gaps: str = ""
    source: str = ""
    public: bool = False
    scale: int = 1
    currency: str = "USD"
    file: Form = Form()
    agencies: dict[str, str] = msgspec.field(default_factory=dict)
    functions: dict[str, str] = msgspec.field(default_factory=dict)
    stages: dict[str, str] = msgspec.field(default_factory=dict)
    pass_over: tuple[str, ...] = ()


def load(path: Path, plan: Plan | None = None) -> BudgetTable:
    """The reader that the mapping file at `path` describes. Raises `BadFile` and `BadBudgetMapping`.

    `plan` is the one that the mapping names, whose duties lines may name; without it, the shipped one of that id.
    """
    with open_text(path) as text:
        whole = "".join(text)
    return read(whole.removeprefix("\ufeff").replace("\r\n", "\n"), path.name, plan)


def read(toml: str, file: str, plan: Plan | None = None) -> BudgetTable:
    """The reader that the TOML text describes; `file` is its name for errors. Raises `BadBudgetMapping`."""
    try:
        mapping = msgspec.convert(tomllib.loads(toml), BudgetMapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _bad(file, str(error), "docs/responses.md tells what may stand there") from error
    if not mapping.amounts:
        raise _bad(file, "it names no column of amounts", "add an [[amounts]]")
    if mapping.scale < 1:
        raise _bad(file, "scale is less than 1", "give what amounts are to be multiplied by, such as 1000000")
    for form in mapping.amounts:
        for field in ("fiscal_year", "stage"):
            if bool(getattr(form, field)) == bool(getattr(form, f"{field}_column")):
                raise _bad(
                    file, f"amounts of {form.column}: give {field} or {field}_column", "give exactly one of them"
                )
        if form.fiscal_year:
            fiscal_years.read(form.fiscal_year)
        if form.stage and form.stage not in list(FundingStage):
            raise _bad(file, f"amounts of {form.column}: no stage is called {form.stage}", f"use {_stages()}")
    plan = plan or document.of_id(mapping.plan)
    if plan is not None and plan.id != mapping.plan:
        raise _bad(file, f"it is of the plan {mapping.plan}, and not of {plan.id}", "name that plan")
    return BudgetTable(mapping, plan)


def check_duties(entry: RegisterEntry, plan: Plan | None, column: str) -> None:
    """Raises `Fault` where an entry names a duty that the plan does not have; no plan, no check."""
    unknown = unknown_duties(entry, plan) if plan is not None else ()
    if unknown and plan is not None:
        raise Fault(column, "; ".join(unknown), f"{NO_DUTY}: `cutset plan duties` lists those of {plan.id}")


def _bad(file: str, what: str, remedy: str) -> BadBudgetMapping:
    return BadBudgetMapping(f"the budget's mapping cannot be used: {what}", where=file, remedy=remedy)


def _stages() -> str:
    return ", ".join(FundingStage)


class _Read(Struct, frozen=True):
    """What one row says: its line's heading, and its amounts."""

    row: Row
    entry: BudgetLine


class BudgetTable:
    """The reader that a budget mapping describes. A second version of the table supersedes the first, line by line.

    `plan` is the plan that it is of; None where that is not at hand, and duties cannot be checked.
    """

    keyed = True

    register = "budget"

    def __init__(self, mapping: BudgetMapping, plan: Plan | None = None) -> None:
        self.mapping = mapping
        self.plan = plan
        self.name = mapping.name
        self.title = mapping.title
        self.public = mapping.public
        named = [mapping.agency, mapping.account, mapping.function, mapping.line, mapping.duties, mapping.gaps]
        for form in mapping.amounts:
            named += [form.column, form.fiscal_year_column, form.stage_column]
        self._columns = [column for column in dict.fromkeys(named) if column]

    def read(self, path: Path, context: Context) -> Iterator[Draft | Reject]:
        """The drafts and rejects of the table at `path`. Raises `BadFile` where it is not as the mapping says.

        A line that stands in two functions, or has two amounts for one year and stage, is rejected with all its rows:
        which of them is right is not for a program to say. The table is held whole, as no budget is large.
        """
        if context.kind not in (None, Kind.RESPONSE):
            raise BadFile("a budget table makes responses only", where=path.name, remedy="leave the kind out")
        lines: dict[str, list[_Read]] = defaultdict(list)
        for row in rows(path, self.mapping.file, self._columns):
            if isinstance(row, Reject):
                yield row
                continue
            try:
                entry = self._entry(dict(zip(self._columns, row.cells, strict=True)))
            except Fault as fault:
                yield rejected(path, row, fault)
                continue
            if entry is not None:
                lines[entry.id].append(_Read(row=row, entry=entry))
        for found in lines.values():
            fault_of_line = self._fault(found)
            if fault_of_line is None:
                yield self._draft(path, context, found)
            else:
                yield from (rejected(path, each.row, fault_of_line, self._record(each.entry)) for each in found)

    def _entry(self, cells: dict[str, str]) -> BudgetLine | None:
        """The line of a row; None for one that only adds up others. Raises `Fault`."""
        mapping = self.mapping
        agency, account = cells[mapping.agency].strip(), cells[mapping.account].strip()
        if any(fold(each).startswith(fold(start)) for each in (agency, account) for start in mapping.pass_over):
            return None
        function = cells[mapping.function].strip()
        for column, value in ((mapping.agency, agency), (mapping.account, account), (mapping.function, function)):
            if not value:
                raise Fault(column, value, "is empty")
        agency = mapping.agencies.get(agency, agency)
        written = cells[mapping.line].strip() if mapping.line else f"{agency} {account}"
        id = fold(written).replace(" ", "-")
        if not id:
            raise Fault(mapping.line or mapping.account, written, "has no letter or digit to know the line by")
        entry = BudgetLine(
            id=id,
            account=account,
            function=mapping.functions.get(function, function),
            amounts=tuple(found for form in mapping.amounts if (found := self._amount(form, cells)) is not None),
            agency=agency,
            duties=listed(cells.get(mapping.duties, "")),
            gaps=listed(cells.get(mapping.gaps, "")),
        )
        check_duties(entry, self.plan, mapping.duties)
        return entry

    def _amount(self, form: AmountForm, cells: dict[str, str]) -> Amount | None:
        written = cells[form.column].strip()
        if written in ("", *self.mapping.file.null):
            return None
        label = cells[form.fiscal_year_column] if form.fiscal_year_column else form.fiscal_year
        stage = cells[form.stage_column].strip() if form.stage_column else form.stage
        stage = self.mapping.stages.get(stage, stage)
        if stage not in list(FundingStage):
            raise Fault(form.stage_column, stage, f"is no stage of a budget: {_stages()}")
        try:
            money = quantity.money(written.removeprefix("$").strip(), self.mapping.currency, decimal=self._decimal)
        except quantity.BadQuantity as error:
            raise Fault(form.column, written, error.what) from error
        try:
            year = fiscal_years.read(label)
        except fiscal_years.BadFiscalYear as error:
            raise Fault(form.fiscal_year_column, str(label), error.what) from error
        return Amount(
            fiscal_year=year,
            stage=FundingStage(stage),
            amount=_tidy(money.amount * self.mapping.scale),
            currency=money.currency,
        )

    @property
    def _decimal(self) -> str:
        return self.mapping.file.decimal

    def _fault(self, found: list[_Read]) -> Fault | None:
        functions = sorted({each.entry.function for each in found})
        if len(functions) > 1:
            return Fault(
                self.mapping.function,
                found[0].entry.id,
                f"is one line that stands in {len(functions)} functions: {', '.join(functions)}. To mend it: give each "
                "its own line by a `line` column (docs/responses.md)",
            )
        seen: set[tuple[int, str]] = set()
        for each in found:
            for amount in each.entry.amounts:
                at = (amount.fiscal_year, amount.stage.value)
                if at in seen:
                    what = f"has two amounts for the line, FY {at[0]} {at[1]}"
                    return Fault(self.mapping.line or self.mapping.account, each.entry.id, what)
                seen.add(at)
        return None

    def _draft(self, path: Path, context: Context, found: list[_Read]) -> Draft:
        first = found[0].entry
        entry = msgspec.structs.replace(
            first,
            amounts=tuple(
                sorted(
                    (amount for each in found for amount in each.entry.amounts),
                    key=lambda amount: (amount.fiscal_year, list(FundingStage).index(amount.stage)),
                )
            ),
            duties=tuple(dict.fromkeys(duty for each in found for duty in each.entry.duties)),
            gaps=tuple(dict.fromkeys(gap for each in found for gap in each.entry.gaps)),
        )
        years = [amount.fiscal_year for amount in entry.amounts]
        report = Report(
            marking=context.marking,
            source=Source(dataset=self.name, record=self._record(entry), made=context.made),
            content=Response(
                plan=self.mapping.plan, fiscal_year=max(years, default=fiscal_years.of(context.now)), entry=entry
            ),
        )
        return Draft(report=report, file=path.name, line=found[0].row.line, rows=len(found))

    def _record(self, entry: BudgetLine) -> str:
        return f"{self.mapping.plan}|{entry.id}"


def _tidy(amount: Decimal) -> Decimal:
    """The amount without an exponent or the zeros that scaling leaves behind its point.

    >>> _tidy(Decimal("1.50") * 1000000)
    Decimal('1500000')
    """
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize()

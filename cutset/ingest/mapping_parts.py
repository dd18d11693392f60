"""Goods, mentions and portions of a mapping: from the cells of a row to what the report names."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from cutset.ingest.mapping_file import (
    GoodsForm,
    MappingFile,
    MarkingForm,
    MentionForm,
    PortionForm,
    SelectorForm,
    as_cell,
)
from cutset.ingest.mapping_values import Cells, RowFault, Values
from cutset.model import codes, quantity, selector
from cutset.model.marking import Marking, join
from cutset.model.mention import Mention, Selector
from cutset.model.report import Goods, Portion, Precision, Quantity


class OneGoods:
    """One of the goods of a row."""

    def __init__(self, form: GoodsForm, mapping: MappingFile, values: Values) -> None:
        self.drug = values.text(form.drug) if form.drug is not None else None
        self._drug_written = values.written(form.drug) if form.drug is not None else None
        self._written = values.text(form.written) if form.written is not None else None
        self._contraband = values.code(form.contraband, "contraband") if form.contraband is not None else None
        self._concealment = values.code(form.concealment, "concealment") if form.concealment is not None else None
        self._marks = values.listed(form.marks) if form.marks is not None else None
        self._amount = values.written(form.amount) if form.amount is not None else None
        self._amount_column = ", ".join(as_cell(form.amount).named) if form.amount is not None else ""
        self._unit = values.text(form.unit) if form.unit is not None else None
        self._money = values.money(form.money, form.currency) if form.money is not None else None
        self._decimal = mapping.file.decimal
        self._omit_zero = form.omit_zero

    def make(self, cells: Cells) -> Goods | None:
        """The goods; None where the amount or money that there should be is empty."""
        substance, contraband = self._substance(cells)
        amount = self._read_amount(cells, substance) if self._amount else None
        money = self._money(cells) if self._money else None
        if self._omit_zero:
            amount = amount if amount and amount.amount else None
            money = money if money and money.amount else None
        if (self._amount or self._money) and amount is None and money is None:
            return None
        if not (amount or money or substance or self._says(cells)):
            return None
        return self._goods(cells, substance, contraband, amount=amount, money=money)

    def without_amount(self, cells: Cells) -> Goods | None:
        """The goods with neither amount nor money; None where the row names no drug."""
        substance, contraband = self._substance(cells)
        return self._goods(cells, substance, contraband) if self.drug and self.drug(cells) else None

    def _says(self, cells: Cells) -> bool:
        return any(get(cells) for get in (self.drug, self._written) if get)

    def _substance(self, cells: Cells) -> tuple[str, str]:
        """The codes of substance and contraband. A drug that is not known by its name is still a drug."""
        name = self.drug(cells) if self.drug else ""
        found = codes.find_substance(name) if name else None
        said = self._contraband(cells) if self._contraband else ""
        if not said and self.drug:
            said = "precursor" if found and found.precursor else "drug"
        return found.code if found else "", said or ("currency" if self._money else "")

    def _read_amount(self, cells: Cells, substance: str) -> Quantity | None:
        text = self._amount(cells) if self._amount else ""
        if not text:
            return None
        unit = self._unit(cells) if self._unit else ""
        try:
            return quantity.read(text, unit, substance=substance, decimal=self._decimal)
        except quantity.BadQuantity as error:
            raise RowFault(self._amount_column, text, error.what) from error

    def _goods(
        self,
        cells: Cells,
        substance: str,
        contraband: str,
        *,
        amount: Quantity | None = None,
        money: object = None,
    ) -> Goods:
        written = self._written or self._drug_written
        return Goods(
            contraband=contraband,
            substance=substance,
            written=written(cells) if written else "",
            quantity=amount,
            money=money,  # type: ignore[arg-type]
            concealment=self._concealment(cells) if self._concealment else "",
            marks=self._marks(cells) if self._marks else (),
        )


class AllGoods:
    """All goods of a row."""

    def __init__(self, forms: tuple[GoodsForm, ...], mapping: MappingFile, values: Values) -> None:
        self._each = [OneGoods(form, mapping, values) for form in forms]

    def make(self, cells: Cells) -> tuple[Goods, ...]:
        """The goods that the row has. A drug whose every amount is empty stands once, without an amount."""
        found = tuple(goods for each in self._each if (goods := each.make(cells)) is not None)
        if found:
            return found
        first = next((each for each in self._each if each.drug), None)
        alone = first.without_amount(cells) if first else None
        return (alone,) if alone else ()


class OneMention:
    """One thing that a row names."""

    def __init__(self, form: MentionForm, values: Values) -> None:
        self._form = form
        self._name = values.text(form.name) if form.name is not None else None
        self._aliases = values.listed(form.aliases) if form.aliases is not None else None
        self._addresses = values.listed(form.addresses) if form.addresses is not None else None
        self._flag = values.country(form.flag) if form.flag is not None else None
        self._description = values.text(form.description) if form.description is not None else None
        self._born = values.when(form.born) if form.born is not None else None
        self._selectors = [_selector(each, values) for each in form.selectors]

    def make(self, cells: Cells) -> Mention | None:
        """The mention; None where the row says nothing by which it could be known."""
        name = self._name(cells) if self._name else ""
        aliases = self._aliases(cells) if self._aliases else ()
        description = self._description(cells) if self._description else ""
        selectors = tuple(dict.fromkeys(found for get in self._selectors for found in get(cells)))
        if not (name or aliases or description or selectors):
            return None
        return Mention(
            kind=self._form.kind,
            role=self._form.role,
            name=name,
            aliases=aliases,
            selectors=selectors,
            born=self._read_born(cells),
            addresses=self._addresses(cells) if self._addresses else (),
            flag=self._flag(cells) if self._flag else "",
            description=description,
        )

    def _read_born(self, cells: Cells) -> tuple[str, ...]:
        """A partial date, as a mention has it."""
        born = self._born(cells) if self._born else None
        if born is None:
            return ()
        lengths = {Precision.YEAR: 4, Precision.MONTH: 7}
        return (born.at.date().isoformat()[: lengths.get(born.precision, 10)],)


def _selector(form: SelectorForm, values: Values) -> Callable[[Cells], list[Selector]]:
    listed = values.listed(form.value)
    issuer = values.text(form.issuer) if form.issuer is not None else None

    def read(cells: Cells) -> list[Selector]:
        of = issuer(cells) if issuer else ""
        return [selector.read(form.kind, text, issuer=of) for text in listed(cells)]

    return read


class OnePortion:
    """A part of the report under a stricter marking."""

    def __init__(self, form: PortionForm, mapping: MappingFile, values: Values, marking: Marking) -> None:
        self._marking = stricter(marking, form.marking)
        self._text = values.text(form.text) if form.text is not None else None
        self._mentions = [OneMention(each, values) for each in form.mentions]
        self._goods = AllGoods(form.goods, mapping, values)

    def make(self, cells: Cells) -> Portion | None:
        """The portion; None where the row has nothing for it."""
        text = self._text(cells) if self._text else ""
        mentions = tuple(found for each in self._mentions if (found := each.make(cells)) is not None)
        goods = self._goods.make(cells)
        if not (text or mentions or goods):
            return None
        return Portion(marking=self._marking, text=text, mentions=mentions, goods=goods)


def stricter(marking: Marking, form: MarkingForm | None) -> Marking:
    """The join of the agency's marking with the mapping's: at least as strict as each.

    >>> stricter(Marking(originator="cbp", les=True), MarkingForm(rel_to=())).banner
    'TLP:AMBER//LES//REL TO nobody//CBP'
    """
    if form is None:
        return marking
    asked = Marking(
        originator=marking.originator,
        tlp=form.tlp,
        les=form.les,
        orcon=form.orcon,
        rel_to=None if form.rel_to is None else tuple(sorted(set(form.rel_to))),
        purposes=None if form.purposes is None else tuple(sorted(set(form.purposes))),
        retention=marking.retention,
    )
    return replace(join(marking, asked), originator=marking.originator)

"""The signature of a mapping of laboratory results: from the cells of a row to the features that were measured."""

from __future__ import annotations

from cutset.ingest.mapping_file import SignatureForm, as_cell
from cutset.ingest.mapping_values import Cells, RowFault, Values
from cutset.model.signature import DrugSignature, Feature


class Signatures:
    """Makes the drug signature of a row."""

    def __init__(self, form: SignatureForm, values: Values) -> None:
        self._method = values.text(form.method) if form.method is not None else None
        self._features = [
            (
                each,
                ", ".join(as_cell(each.uncertainty).named),
                values.number(each.value),
                values.number(each.uncertainty),
            )
            for each in form.features
        ]

    def make(self, cells: Cells) -> DrugSignature | None:
        """The signature; None where the row has none of its features.

        Raises `RowFault` for a value of which no uncertainty, or none above 0, is stated: it cannot be compared.
        """
        found = []
        for form, column, read_value, read_uncertainty in self._features:
            value = read_value(cells)
            if value is None:
                continue
            uncertainty = read_uncertainty(cells)
            if uncertainty is None or uncertainty <= 0:
                written = "" if uncertainty is None else str(uncertainty)
                raise RowFault(column, written, f"is no standard uncertainty of {form.name}: state one above 0")
            found.append(Feature(name=form.name, value=value, uncertainty=uncertainty, unit=form.unit))
        if not found:
            return None
        return DrugSignature(features=tuple(found), method=self._method(cells) if self._method else "")

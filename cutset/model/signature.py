"""The signature of a drug sample: what a laboratory measured that tells where and how the drug was made."""

from __future__ import annotations

from cutset.model.network import Plain


class Feature(Plain, frozen=True):
    """One measured feature: its code in `cutset/link/signature/features.toml`, and its value in the unit stated there.

    `uncertainty` is the standard uncertainty (coverage factor 1) in the same unit, as JCGM 100:2008 has it. `unit` is
    the unit that the laboratory states; "" is the table's. One that is not the table's is not compared.
    """

    name: str
    value: float
    uncertainty: float
    unit: str = ""


class DrugSignature(Plain, frozen=True):
    """The features that a laboratory measured of a sample, and the code or name of the method of the ratios.

    Ratios by two methods are not compared. Cutting agents and marks stand in the result itself, not here.
    """

    features: tuple[Feature, ...] = ()
    method: str = ""

"""Made names of people, organisations and firms. None is meant for anyone."""

from __future__ import annotations

from random import Random

_GIVEN = (
    "Alba Bruno Carla Dario Elena Fabio Gina Hugo Iris Jorge Karla Luis Marta Nico Olga Pablo Rosa Sergio Teresa Uriel "
    "Vera Walter Ximena Yago Zoe Adrian Berta Cesar Diana Emil Flora Gustavo Helga Ivan Julia Kurt Lena Mateo Nora"
).split()
FAMILY = (
    "Abarca Bentley Cordova Dunmore Escalante Fairbank Galindo Harlow Ibarra Jessop Kestrel Lozano Marlowe Navarrete "
    "Ortega Pickford Quintero Redfern Salcedo Thorne Urrutia Vance Whitlock Ybarra Zamudio Ashdown Belmonte Carrow "
    "Delacroix Everly Figueroa Gresham Holloway Inclan Jardine Kemper Larkspur Montero"
).split()
WORDS = (
    "Amber Basalt Cinder Drift Ember Falcon Granite Harbor Indigo Juniper Kelp Lantern Meridian Nimbus Onyx Pelican "
    "Ridge Saffron Timber Umber Velvet Willow Xenon Yarrow Zephyr Anvil Beacon Copper Dune Estuary Fathom Gale Heron "
    "Jetty Knot Ledger Mast Narrows"
).split()
_TRADES = ("Frutas", "Ceramics", "Textiles", "Marine Supply", "Trading", "Foods", "Chemicals", "Logistics")
_FORMS = ("Ltd", "S.A.", "LLC", "GmbH")


def person(random: Random) -> str:
    """A made person's name."""
    return f"{random.choice(_GIVEN)} {random.choice(FAMILY)}"


def firm(random: Random) -> str:
    """A made firm's name, one of some 45,000: a name that turns up again is mostly the same firm."""
    return f"{random.choice(WORDS)} {random.choice(FAMILY)} {random.choice(_TRADES)} {random.choice(_FORMS)}"


def ship(random: Random) -> str:
    """A made ship's name, in capitals as AIS gives it."""
    return f"{random.choice(WORDS)} {random.choice(FAMILY)}".upper()

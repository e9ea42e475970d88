"""Units of measurement and currencies, as English and French posts write them."""

from __future__ import annotations

import functools
from decimal import Decimal

import regex

CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "quid": "GBP", "pounds sterling": "GBP", "livres sterling": "GBP",
    "cad": "CAD", "chf": "CHF",
}  # fmt: skip
CURRENCY = r"(?i:US\$|\$|€|£|USD|EUR|GBP|CAD|CHF)"
CURRENCY_AFTER = (
    r"(?i:\$|€|£|USD\b|EUR\b|GBP\b|CAD\b|CHF\b|dollars?\b|euros?\b"
    r"|quid\b|pounds sterling\b|livres sterling\b)"
)
# Canonical name, as Pint knows it where it knows it, and every spelling. A unit that is not listed
# makes the fact a plain number.
_SPELLINGS = (
    ("mile", "mile miles mi"),
    ("mph", "mph|miles per hour|miles an hour"),
    ("yard", "yard yards yd"),
    ("kilometre", "km kms kilometer kilometers kilometre kilometres kilomètre kilomètres"),
    ("km/h", "km/h kph kmh"),
    ("metre", "meter meters metre metres mètre mètres m"),
    ("centimetre", "cm centimeter centimeters centimetre centimetres centimètre centimètres"),
    ("millimetre", "mm millimeter millimeters millimetre millimetres millimètre millimètres"),
    ("foot", "foot feet ft"),
    ("inch", "inch inches"),
    ("acre", "acre acres"),
    ("hectare", "hectare hectares ha"),
    ("square_metre", "m²|m2|sqm|square meters|square metres|square meter|square metre|mètres carrés"
                     "|mètre carré"),
    ("square_kilometre", "km²|km2|square kilometers|square kilometres|kilomètres carrés"),
    ("square_mile", "square mile|square miles|sq mi"),
    ("square_foot", "square foot|square feet|sq ft"),
    ("light-year", "light-year|light-years|light year|light years|année-lumière|années-lumière"),
    ("pound", "pound pounds lb lbs livre livres"),
    ("ounce", "ounce ounces oz"),
    ("kilogram", "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes"),
    ("gram", "g gr gram grams gramme grammes"),
    ("milligram", "mg milligram milligrams milligramme milligrammes"),
    ("ton", "ton tons tonne tonnes"),
    ("litre", "l litre litres liter liters"),
    ("centilitre", "cl centilitre centilitres centiliter centiliters"),
    ("millilitre", "ml millilitre millilitres milliliter milliliters"),
    ("gallon", "gallon gallons"),
    ("pint", "pint pints"),
    ("degree", "degree degrees degré degrés °"),
    ("celsius", "°c|degrees celsius|degrés celsius"),
    ("fahrenheit", "°f|degrees fahrenheit|degrés fahrenheit"),
    ("second", "second seconds seconde secondes sec secs"),
    ("minute", "minute minutes min mins mn"),
    ("hour", "hour hours heure heures hr hrs h"),
    ("day", "day days jour jours"),
    ("night", "night nights nuit nuits"),
    ("week", "week weeks semaine semaines"),
    ("month", "month months mois"),
    ("year", "year years yr yrs an ans année années"),
    ("watt-hour", "wh"),
    ("kilowatt-hour", "kwh"),
    ("watt", "watt watts w"),
    ("kilowatt", "kw kilowatt kilowatts"),
    ("megapixel", "megapixel megapixels"),
    ("gigabyte", "gb gigabyte gigabytes"),
    ("megabyte", "mb megabyte megabytes"),
    ("kilocalorie", "kcal"),
)  # fmt: skip
UNIT_OF = {
    spelling: unit
    for unit, listed in _SPELLINGS
    for spelling in (listed.split("|") if "|" in listed or "²" in listed else listed.split())
}
UNIT = "|".join(regex.escape(u) for u in sorted(UNIT_OF, key=len, reverse=True))
# Names that Pint has otherwise, or that would not mean the same to it.
_PINT = {
    "km/h": "kilometer_per_hour", "mph": "mile_per_hour", "light-year": "light_year",
    "watt-hour": "watt_hour", "kilowatt-hour": "kilowatt_hour", "ton": "tonne",
    "celsius": "degC", "fahrenheit": "degF", "square_metre": "meter ** 2",
    "square_kilometre": "kilometer ** 2", "square_mile": "mile ** 2", "square_foot": "foot ** 2",
}  # fmt: skip
# Not measured but counted, or without a fixed size.
_BASES = ("metre", "kilogram", "second", "litre", "square_metre", "celsius", "km/h", "watt-hour")
_COUNTED = frozenset({"megapixel", "degree", "night"})


@functools.cache
def _registry() -> object:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


@functools.lru_cache(maxsize=4096)
def convert(value: str, unit: str, to: str) -> Decimal | None:
    """A quantity in another unit; None where it is of another dimension.

    Args:
        value: a number in canonical form.
        unit: canonical unit it is in.
        to: canonical unit wanted.
    """
    if unit == to:
        return Decimal(value)
    factors = _line(unit, to)
    if factors is None:
        return None
    scale, offset = factors
    return Decimal(value) * scale + offset


@functools.lru_cache(maxsize=4096)
def in_base(value: str, unit: str) -> tuple[str, str]:
    """A quantity in the unit that stands for its dimension, to four digits."""
    for base in _BASES:
        found = convert(value, unit, base)
        if found is not None:
            return base, f"{float(found):.4g}"
    return unit, value


@functools.lru_cache(maxsize=4096)
def _line(unit: str, to: str) -> tuple[Decimal, Decimal] | None:
    """Scale and offset from one unit to another; units convert linearly, temperatures too."""
    if _COUNTED & {unit, to} or not {unit, to} <= set(UNIT_OF.values()):
        return None
    from pint import DimensionalityError

    registry: object = _registry()
    quantity = registry.Quantity  # type: ignore[attr-defined]
    try:
        zero, one = (
            quantity(float(n), _PINT.get(unit, unit)).to(_PINT.get(to, to)) for n in (0, 1)
        )
    except DimensionalityError:
        return None
    offset = Decimal(repr(float(zero.magnitude)))
    return Decimal(repr(float(one.magnitude))) - offset, offset

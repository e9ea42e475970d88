"""Typed facts: the checkable things in a text, in English and French.

Numbers, money, percentages, quantities, dates and times are brought to one canonical value, so
that "1 299,00 €" and "€1,299.00" compare equal. Amounts are read by price-parser, numbers in words
by text2num, dates by dateparser, phone numbers by phonenumbers; units are converted by Pint. What
is here finds the spans and says when two facts agree.
"""

from smm_voice.text.facts.compare import aged, agree, comparable
from smm_voice.text.facts.extract import extract
from smm_voice.text.facts.fact import TypedFact

__all__ = ["TypedFact", "aged", "agree", "comparable", "extract"]

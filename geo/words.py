"""Words as they are compared: without accents nor ligatures."""

import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})


def unaccented(text: str) -> str:
    """
    Return a text without accents nor ligatures, compatibility forms written out; its case is kept.

    >>> unaccented("Cœur de Molière, n° 3")
    'Coeur de Moliere, no 3'
    """
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    return "".join(mark for mark in plain if not unicodedata.combining(mark))

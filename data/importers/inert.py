"""Text that somebody's program might run, and text about somebody: both are told, neither is changed."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

_ACTIVE = re.compile(
    r"""<\s*[/!a-z]            # a tag
      | \{\{ | \{% | \{\# | \$\{   # a template
      | `                      # a template literal
      | javascript: | data:text/html
      | !\[ | \]\(             # a Markdown image or link
      | %\(\w*\)s | %s         # a database placeholder
      | '\s*\)?\s*; | --\s*$   # the end of a statement
      | \b(?:drop|alter|truncate)\s+table\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_NUMBER = re.compile(r"^\s*[+-]?[\d\s.,]+$")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")

_PERSONAL = re.compile(
    r"""[\w.+-]+@[\w-]+\.\w{2,}                                   # an e-mail
      | (?<!\d)(?:\+33|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}(?!\d)      # a phone
      | (?<!\d)[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2])[ ]?(?:\d{2}|2[AB])[ ]?\d{3}[ ]?\d{3}(?!\d)   # a social-security no
      | \b(?:m\.|mr|mme|mlle|monsieur|madame)\s+[A-ZÉÈ]
      | \b(?:d[ée]pressi\w+|alcooli\w+|s[ée]ropositi\w+|handicap\w*|malad\w+|psych\w+|enceinte|violences?\s+conjugales?
          |toxicoman\w+|hospitalis\w+|cancer|sous\s+traitement|t[ue]telle|curatelle)\b
      | \b(?:porte|appt?|appartement|logement)\s*(?:n[°o]\s*)?\d+
    """,
    re.IGNORECASE | re.VERBOSE,
)

PERSONAL_HEADERS = {
    "a name": (
        "nomlocataire",
        "locataire",
        "prenom",
        "nomprenom",
        "nomusage",
        "nomtitulaire",
        "titulaire",
        "tenantname",
    ),
    "a phone": ("telephone", "tel", "portable", "mobile", "numtel", "phone"),
    "an e-mail": ("email", "mail", "courriel", "adressemail", "adresseemail"),
    "a social-security number": ("nir", "numsecu", "numerosecuritesociale", "securitesociale"),
    "a birth date": ("datenaissance", "datedenaissance", "naissance", "birthdate", "birthday"),
    "a bank account": ("iban", "rib"),
    "an income": ("revenu", "revenus", "rfr", "revenufiscal", "revenufiscaldereference", "income", "salaire"),
}


def is_active(text: str) -> bool:
    """Tell whether a page, a template, a spreadsheet or a database could take a text for instructions."""
    return bool(_ACTIVE.search(text) or (_FORMULA.search(text) and not _PLAIN_NUMBER.match(text)))


def active_rows(texts: pd.Series) -> np.ndarray:
    """Flag the texts of a column that `is_active`."""
    return matching(texts, is_active)


def personal_rows(texts: pd.Series) -> np.ndarray:
    """Flag the texts that seem to speak of a person: phone, e-mail, name, health, flat."""
    return matching(texts, lambda text: bool(_PERSONAL.search(text)))


def personal_header(folded: str) -> str | None:
    """What personal data a column would hold, by its folded header; None for none."""
    return next((what for what, words in PERSONAL_HEADERS.items() if folded in words), None)


def matching(texts: pd.Series, test: Callable[[str], bool]) -> np.ndarray:
    """Flag the texts of a column that pass a test, each distinct text tried once; a missing one never does."""
    codes, uniques = pd.factorize(texts.to_numpy(dtype=object))
    flags = np.array([isinstance(text, str) and test(text) for text in uniques] + [False], dtype=bool)
    return flags[codes]

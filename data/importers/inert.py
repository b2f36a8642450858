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

# Headers without accents, case nor marks: words that stand alone, then words that say it wherever they stand.
PERSONAL_HEADERS = {
    "a name": (
        "nomlocataire", "locataire", "locataires", "colocataire", "conjoint", "nomprenom", "nomusage", "nomdusage",
        "nomdefamille", "nomfamille", "nomjeunefille", "nommarital", "nomconjoint", "nomtitulaire", "titulaire",
        "nomoccupant", "occupant", "nomgardien", "civilite", "tenant", "tenantname", "fullname", "familyname",
        "givenname", "maidenname", "holder", "holdername", "spouse",
    ),
    "a phone": ("tel", "tels", "telfixe", "telmobile", "portable", "mobile", "gsm", "numtel", "cell", "fax"),
    "an e-mail": ("mail", "mails", "adressemail", "mel"),
    "a social-security number": ("nir", "nss", "ssn", "secu", "nosecu", "nsecu", "numcaf", "numallocataire"),
    "a birth date": ("nele", "neele", "datenais", "dob", "lieunais"),
    "a bank account": ("rib", "bic", "bankaccount", "comptebancaire"),
    "an income": (
        "revenu", "revenus", "rfr", "revenufiscal", "revenufiscaldereference", "revenuimposable", "revenusannuels",
        "ressources", "quotientfamilial", "salaire", "salaires", "income", "salary", "wage", "wages",
    ),
    "a health condition": ("handicap", "invalidite", "pathologie", "maladie", "disability", "illness", "health"),
    "an origin": ("nationalite", "nationality", "religion", "ethnie", "ethnicity"),
}  # fmt: skip
PERSONAL_WORDS = {
    "a name": ("prenom", "firstname", "lastname", "surname"),
    "a phone": ("telephone", "phone"),
    "an e-mail": ("email", "courriel"),
    "a social-security number": ("securitesociale", "socialsecurity", "numsecu", "numerosecu"),
    "a birth date": ("naissance", "birth"),
    "a bank account": ("iban",),
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
    alone = next((what for what, words in PERSONAL_HEADERS.items() if folded in words), None)
    within = (what for what, words in PERSONAL_WORDS.items() if any(word in folded for word in words))
    return alone or next(within, None)


def matching(texts: pd.Series, test: Callable[[str], bool]) -> np.ndarray:
    """Flag the texts of a column that pass a test, each distinct text tried once; a missing one never does."""
    codes, uniques = pd.factorize(texts.to_numpy(dtype=object))
    flags = np.array([isinstance(text, str) and test(text) for text in uniques] + [False], dtype=bool)
    return flags[codes]

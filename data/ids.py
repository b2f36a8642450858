"""Identifiers of the field, one normaliser a kind: text in, the one published spelling out, or `IdError`."""

import re
import unicodedata

RNB_ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
SQUARE_M = 200  # side of INSEE's squares

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_WHOLE_AS_FLOAT = re.compile(r"^(\d+)[.,]0+$")
_INSEE = re.compile(r"^(?:\d{2}|2[AB])\d{3}$")
_PARCEL = re.compile(r"^((?:\d{1,2}|2[AB])\d{3})(\d{3})([A-Z0-9 ]?[A-Z0-9])(\d{4})$")
_LANDLORD = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$")
_BAN = re.compile(r"^(?:\d{2}|2[ab])\d{3}_[0-9a-z]{4,10}(?:_\d{5}(?:_[0-9a-z_-]+)?)?$")

_SQUARE = re.compile(r"CRS3035RES200MN(\d{7})E(\d{7})")
# mainland France and Corsica in EPSG:3035, metres
_NORTH, _EAST = range(2_000_000, 3_200_001), range(3_150_000, 4_350_001)


class IdError(ValueError):
    """A text is no identifier of its kind; `kind` says which, `expected` what one looks like."""

    def __init__(self, kind: str, expected: str, text: str):
        super().__init__(f"{text!r} is no {kind}: expected {expected}")
        self.kind = kind
        self.expected = expected


def tidy(text: str) -> str:
    """Fold look-alike characters (NFKC), drop invisible marks, make every space one plain space."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text))).split())


def department(text: str) -> str:
    """Department on two characters (`6` is `06`, `2a` is `2A`), or three overseas (`974`)."""
    code = _digits(tidy(text)).upper()
    if re.fullmatch(r"\d", code):
        code = f"0{code}"
    if not re.fullmatch(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d|98\d", code):
        raise IdError("department", "two characters such as 06, 2A or 93", text)
    return code


def insee_code(text: str) -> str:
    """
    Code of a commune on five characters, zeros restored.

    `6029` is `06029`; `930010`, as the tax office writes it (department, direction, commune), is `93010`.
    """
    code = _digits(tidy(text)).upper().replace(" ", "")
    if re.fullmatch(r"\d{4}", code):
        code = f"0{code}"
    if re.fullmatch(r"(?:\d{2}|2[AB])0\d{3}", code):
        code = code[:2] + code[3:]
    if not _INSEE.fullmatch(code) or code in ("00000", "99999"):
        raise IdError("commune code", "five characters such as 93048 or 2A004", text)
    return code


def commune_of(insee: str) -> str:
    """Commune of an arrondissement of Paris, Lyon or Marseille; any other code is its own commune."""
    if insee.startswith("751"):
        return "75056"
    if "69381" <= insee <= "69389":
        return "69123"
    if "13201" <= insee <= "13216":
        return "13055"
    return insee


def postcode(text: str) -> str:
    """Postcode on five digits, zeros restored: `6150` is `06150`."""
    code = _digits(tidy(text)).replace(" ", "")
    if re.fullmatch(r"\d{4}", code):
        code = f"0{code}"
    if not re.fullmatch(r"\d{5}", code) or code == "00000":
        raise IdError("postcode", "five digits such as 93100", text)
    return code


def section(text: str) -> str:
    """Cadastral section on two characters: `A`, ` A` and `0A` are one section, written `0A`."""
    code = tidy(text).upper()
    if not re.fullmatch(r"[A-Z0-9]{1,2}", code) or code in ("0", "00"):
        raise IdError("cadastral section", "one or two characters such as A or AB", text)
    return code.rjust(2, "0")


def parcel_id(text: str) -> str:
    """
    Parcel on 14 characters: commune 5, prefix 3, section 2, number 4.

    The section may come padded by a space (``93048000 A0002``), the department without its zero.
    """
    found = _PARCEL.fullmatch(tidy(text).upper())
    if not found:
        raise IdError("parcel", "14 characters such as 930480000A0002", text)
    insee, prefix, letters, number = found.groups()
    return f"{insee_code(insee)}{prefix}{section(letters)}{number}"


def parcel_id_from(insee: str, prefix: str, letters: str, number: str) -> str:
    """Parcel built from its columns, as the IGN and the tax office publish them."""
    prefix = (_digits(tidy(prefix)) or "0").zfill(3)
    number = _digits(tidy(number)).zfill(4)
    if not re.fullmatch(r"\d{3}", prefix) or not re.fullmatch(r"\d{4}", number):
        raise IdError("parcel", "a prefix of 3 digits and a number of 4", f"{prefix} {number}")
    return f"{insee_code(insee)}{prefix}{section(letters)}{number}"


def siren(text: str) -> str:
    """SIREN of nine digits, or the tax office's own number where there is none: `U` and eight digits."""
    code = tidy(text).upper().replace(" ", "")
    if not re.fullmatch(r"\d{9}|U\d{8}", code):
        raise IdError("SIREN", "nine digits such as 488777160", text)
    return code


def iris(text: str) -> str:
    """IRIS on nine characters: commune 5, district 4."""
    code = _digits(tidy(text)).upper().replace(" ", "")
    if re.fullmatch(r"\d{8}", code):
        code = f"0{code}"
    if not re.fullmatch(r"(?:\d{2}|2[AB])\d{7}", code):
        raise IdError("IRIS", "nine characters such as 930480101", text)
    return code


def qpv(text: str) -> str:
    """Priority district: `QP` or `QN` and six characters (2015 and 2024 perimeters)."""
    code = tidy(text).upper().replace(" ", "")
    if not re.fullmatch(r"Q[PN][0-9A-Z]{6}", code):
        raise IdError("priority district", "eight characters such as QP093012", text)
    return code


def ban_id(text: str) -> str:
    """Address key of the Base Adresse Nationale: commune, street, number, suffix (`93010_i7xf1o_00001_bis`)."""
    code = tidy(text).lower().replace(" ", "")
    if not _BAN.fullmatch(code):
        raise IdError("address key", "a key such as 93010_i7xf1o_00001", text)
    return code


def rnb_id(text: str) -> str:
    """Building of the RNB: twelve characters without 0, O, I, L, U; often shown in three groups of four."""
    code = re.sub(r"[ -]", "", tidy(text)).upper()
    if len(code) != 12 or set(code) - set(RNB_ALPHABET):
        raise IdError("RNB building", "twelve characters of " + RNB_ALPHABET, text)
    return code


def interchange(text: str) -> str:
    """Station as the transport authority counts them: the number of its interchange (`id_ref_zdc`)."""
    code = _digits(tidy(text)).replace(" ", "")
    if not re.fullmatch(r"\d{1,9}", code):
        raise IdError("interchange", "a number such as 71167", text)
    return str(int(code))


def square_code(text: str) -> str:
    """Square of 200 m of mainland France or Corsica: `CRS3035RES200mN2891800E3770600`."""
    found = _SQUARE.fullmatch(tidy(text).upper().replace(" ", ""))
    north, east = (int(part) for part in found.groups()) if found else (0, 0)
    if north not in _NORTH or east not in _EAST or north % SQUARE_M or east % SQUARE_M:
        raise IdError("square of 200 m", "a code such as CRS3035RES200mN2891800E3770600", text)
    return f"CRS3035RES200mN{north:07d}E{east:07d}"


def landlord_id(text: str) -> str:
    """Identifier of the landlord's own (residence, dwelling, sector): kept as typed, zeros and case too."""
    code = tidy(text)
    if not _LANDLORD.fullmatch(code):
        raise IdError("identifier", "letters, digits, point, dash, slash or underscore, 40 at most", text)
    return code


def look_alike(code: str) -> str:
    """Form in which two identifiers that a reader would confuse are equal."""
    return tidy(code).casefold()


def _digits(text: str) -> str:
    """A whole number that a spreadsheet wrote with a decimal part, without it: `93048.0` is `93048`."""
    found = _WHOLE_AS_FLOAT.fullmatch(text)
    return found[1] if found else text

"""Invented names of streets and residences: plants, crafts and landforms, never a person."""

from functools import cache

import numpy as np
import pandas as pd

from data.demo import frame

FLOWERS = """
    Lilas Tilleuls Cerisiers Pêchers Érables Iris Acacias Coteaux Vergers Églantiers Noyers Bleuets Platanes
    Charmes Peupliers Merisiers Cytises Saules Tulipiers
""".split()  # noqa: SIM905
FEMININE_FLOWERS = (
    "Jonquilles",
    "Pivoines",
    "Clématites",
    "Vignes",
    "Aubépines",
    "Sources",
    "Glycines",
    "Pervenches",
)
COLOURS = (
    "Bleus",
    "Blancs",
    "d'Argent",
    "du Levant",
    "du Couchant",
    "Hauts",
    "du Plateau",
    "de l'Étang",
    "Dorés",
)
HEADS = ("Le Clos", "Les Terrasses", "La Cour", "Le Hameau", "Les Balcons")
ADJECTIVES = {"p": ("Trois ",), "m": ("Vieux ", "Petit "), "f": ("Vieille ", "Petite ")}
PLACES = (
    "du Clos des",
    "du Puits aux",
    "de la Fontaine aux",
    "du Val des",
    "de la Croix aux",
    "du Pré aux",
    "de la Côte des",
    "du Jardin des",
)
PLAIN_NAMES = 220
VOWELS = "AEIOUYÉÈÊÀÂÎÔŒH"
KINDS = {
    "avenue": ("Avenue", "Boulevard"),
    "street": ("Rue", "Rue", "Rue", "Rue", "Allée"),
    "dead_end": ("Impasse", "Villa", "Cité"),
    "path": ("Sente", "Passage"),
}


def with_article(word: str, gender: str, adjective: str = "") -> str:
    """Return "de la Treille", "du Vieux Puits", "des Trois Noyers", "de l'Étang"."""
    full = adjective + word
    if gender == "p":
        return f"des {full}"
    if full[0] in VOWELS:
        return f"de l'{full}"
    return f"de la {full}" if gender == "f" else f"du {full}"


@cache
def words() -> list[tuple[str, str]]:
    """Return the nouns with their gender: p plural, m masculine, f feminine."""
    table = pd.read_csv(frame.HERE / "words.csv")
    return list(zip(table["word"], table["gender"], strict=True))


def street_bases() -> list[str]:
    """Return every street name without its kind, plainest first."""
    plain = [with_article(word, gender) for word, gender in words()]
    plural = [word for word, gender in words() if gender == "p"]
    pairs = [f"{place} {word}" for word in plural for place in PLACES]
    told = [with_article(w, g, adjective) for w, g in words() for adjective in ADJECTIVES[g]]
    return list(dict.fromkeys([*plain, *pairs, *told]))


def street_names(kinds: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return one name a street, all different; the first streets get the plainest names."""
    bases = street_bases()
    plain, rest = np.array(bases[:PLAIN_NAMES]), np.array(bases[PLAIN_NAMES:])
    prefixes = sorted({prefix for options in KINDS.values() for prefix in options})
    shuffled = {p: [*rng.permutation(plain), *rng.permutation(rest)] for p in prefixes}
    left = {p: iter(shuffled[p]) for p in prefixes}
    names = []
    for kind in kinds:
        options = KINDS[kind]
        prefix = options[rng.integers(len(options))]
        base = next(left[prefix], None)
        names.append(f"{prefix} {base}" if base else f"{options[-1]} {next(left[options[-1]])}")
    return names


def residence_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return invented names of residences, all different: "Résidence des Lilas Bleus", "Le Clos du Pressoir"."""
    single = [with_article(word, gender) for word, gender in words() if gender != "p"]
    pool = [f"Résidence des {flower} {colour}" for flower in FLOWERS for colour in COLOURS]
    pool += [f"Résidence des {flower} Blanches" for flower in FEMININE_FLOWERS]
    pool += [f"{head} {word}" for head in HEADS for word in single if head.split()[-1] not in word]
    pool += [f"Résidence {with_article(word, 'p')}" for word, gender in words() if gender == "p"]
    pool = list(dict.fromkeys(pool))
    return [pool[i] for i in rng.permutation(len(pool))[:count]]

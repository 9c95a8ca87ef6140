"""Words → sparse features, additive over words, so that a linear model's score is a sum over words.

A sentence is split at white space; each raw token ("roadmap,") is normalised to words and signs, and these give
the unigram features: word, stem, and character n-grams inside the word. Stems of neighbouring words give the
bigram features. Because all is additive, inference looks every raw token up once and sums short vectors.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[$€£%?!:;&/+@]")
_LINK = re.compile(r"\]\([^)\s]*\)?|https?:\S+|www\.\S+|\S+@\S+\.\S+")
_SPECIAL = re.compile(r"[&\\:@\]]|www", re.IGNORECASE)
_DROPPED = '.,()*"'
_MAX_TOKEN_CHARS = 80
_stemmer = Stemmer.Stemmer("english")
_stemmer.maxCacheSize = 0

GRAMS = (3, 4, 5)
"""Lengths of the character n-grams."""
GRAM_LETTERS = "abcdefghijklmnopqrstuvwxyz'<>"
"""What character n-grams are made of: the letters of ``_WORD`` and the marks around a word."""
START, END = "<s>", "</s>"


@lru_cache(maxsize=200_000)
def words_of(token: str) -> tuple[str, ...]:
    """Normalised words and signs of one raw token: ``"Roadmap,"`` → ``("roadmap",)``, ``"5+"`` → ``("0", "+")``.

    Digits become ``0``, links and addresses ``<link>``; a token longer than 80 characters becomes ``<long>``.
    """
    if len(token) > _MAX_TOKEN_CHARS and "](" not in token:
        return ("<link>",) if "://" in token else ("<long>",)
    core = token.strip(_DROPPED).lower()
    if core.isalpha() and core.isascii() and "www" not in core:  # most tokens; what follows would say the same
        return (core,)
    if not _SPECIAL.search(token):
        return tuple("0" if word[0].isdigit() else word for word in _WORD.findall(token.lower().replace("’", "'")))[:40]
    lowered = html.unescape(token).lower().replace("’", "'").replace("\\", "")
    linked = _LINK.sub(" \x00 ", lowered)
    words: list[str] = []
    for part in linked.split("\x00"):
        words += ("0" if word[0].isdigit() else word for word in _WORD.findall(part))
        words.append("<link>")
    return tuple(words[:-1])[:40]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball (Porter 2) stem of a normalised word; signs and markers stay as they are."""
    return str(_stemmer.stemWord(word)) if word[0].isalpha() else word


def word_features(word: str) -> list[str]:
    """Unigram features of a word: itself, its stem, its character n-grams of length 3 to 5."""
    return ["w=" + word, "s=" + stem(word), *("c=" + gram for gram in character_grams(word))]


def character_grams(word: str) -> list[str]:
    """Character n-grams of length 3 to 5 inside a word between its marks ``<`` and ``>``; a sign has none."""
    if not word[0].isalpha():
        return []
    marked = f"<{word}>"
    return [marked[i : i + n] for n in GRAMS for i in range(len(marked) - n + 1)]


def bigram(left: str, right: str) -> str:
    """Name of the feature for two neighbouring words."""
    return f"b={stem(left)}_{stem(right)}"

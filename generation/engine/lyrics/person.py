"""Who a song is about: the material says "I", and a song may say "we", "you", "he" or "she" instead.

A ballad tells of somebody in its verses and lets that somebody speak in its chorus (Pattison, Writing Better Lyrics,
1995, on point of view): so only the verses turn, and only lines whose every verb follows.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from generation.engine.lyrics.morphology import lemma
from generation.engine.lyrics.readings import Reading, phrase_stress, word_stress

_WORD = re.compile(r"[A-Za-z'’]+")
_PEOPLE = re.compile(r"\b(he|she|his|her|him|hers|he's|she's|they|them|us|we)\b", re.IGNORECASE)
_MALE = frozenset("he his him man men boy father son king knight brother husband uncle grandfather prince lad".split())
_FEMALE = frozenset(
    "she her hers woman girl mother daughter queen sister wife aunt grandmother princess widow lady bride".split()
)


def _person(pronouns: str) -> dict[str, str]:
    """ "we we're we've we'd we'll our us ours ourselves are" -> what each word of "I" becomes."""
    return dict(zip("i i'm i've i'd i'll my me mine myself am".split(), pronouns.split(), strict=True))


WE = _person("we we're we've we'd we'll our us ours ourselves are")
YOU = _person("you you're you've you'd you'll your you yours yourself are")
THEY = _person("they they're they've they'd they'll their them theirs themselves are")
HE = _person("he he's he's he'd he'll his him his himself is")
SHE = _person("she she's she's she'd she'll her her hers herself is")
ONE = (HE, SHE)


def person_of(words: Collection[str], *, has_hero: bool, chance: int) -> dict[str, str]:
    """Who a song's verses tell of, from its theme's words and its own chance; {} is "I".

    A theme about somebody is told of that somebody more often than not.
    """
    his, hers = bool(_MALE & set(words)), bool(_FEMALE & set(words))
    one = ONE[chance // 7 % 2] if his == hers else (HE if his else SHE)
    return ((one, one, {}, one, YOU) if has_hero else ({}, one, WE, YOU, {}))[chance % 5]


def as_many(reading: Reading, pronouns: dict[str, str]) -> Reading:
    """The line of several people or of "you": "I wake" -> "We wake"; English verbs stay as they are."""
    text = re.sub(r"\b(we|you|they) was\b", r"\1 were", _turned(reading.text, pronouns), flags=re.IGNORECASE)
    return Reading(text, reading.stress, reading.cost, reading.fills)


_ALONE = re.compile(
    r"\b(you|your|you're|you'll|you've|alone|one|only|myself|just|we|us|our|they|them|he|she|me|half|head|face|hat|"
    r"neck|tongue|mouth)\b",
    re.IGNORECASE,
)


def sung_together(text: str) -> str:
    """A line of a chorus when everybody joins in at its end: "I" becomes "we"; "" where one alone can mean it."""
    if _ALONE.search(text):
        return ""
    return re.sub(r"\bwe was\b", "we were", _turned(text, WE), flags=re.IGNORECASE)


def _turned(text: str, pronouns: dict[str, str]) -> str:
    def turn(found: re.Match[str]) -> str:
        word = found.group(0)
        new = pronouns.get(word.lower().replace("’", "'"), word)
        return new.capitalize() if found.start() == 0 else new

    return _WORD.sub(turn, text)


_BETWEEN = frozenset("never still just always only also ever once both almost hardly simply now".split())
_NO_ENDING = frozenset(
    "can could will would must may might should shall can't couldn't won't wouldn't cannot shouldn't was wasn't had "
    "hadn't did didn't used".split()
)
_ASKING = frozenset("can could will would must may might should shall did was had".split())
_EITHER = frozenset("put set cut let shut read hit beat cast hurt spread bet burst quit split".split())
"""Verbs whose past is written as their present: nobody knows which one a line means."""
_NEW_CLAUSE = frozenset(
    "i i'm i've i'd i'll the a an my your his her its our their it it's they they're you we there there's that what "
    "who where when how why if then so no not never nobody nothing no-one all every each one two in on at by of to "
    "from with for through till until like as but and or oh now still only some someone something half both too".split()
)
_ENDS = {"have": "has", "haven't": "hasn't", "go": "goes"}
_CLAUSE = re.compile(r"(?:^|,|\b(?:and|or|but|then)\b)\s*", re.IGNORECASE)


def as_one(reading: Reading, pronouns: dict[str, str], *, elided: bool) -> Reading | None:
    """The line of "he" or "she": "I wake" -> "She wakes", as long as before; None where the verbs do not follow.

    `elided`: the line sets out with a verb whose "I" was left out.
    """
    text = f"I {reading.text[0].lower()}{reading.text[1:]}" if elided else reading.text
    if _PEOPLE.search(text):
        return None
    words = list(_WORD.finditer(text))
    bare = [w.group(0).lower().replace("’", "'") for w in words]
    ends: dict[int, str] = {}
    for at in (i for i, word in enumerate(bare) if word == "i"):
        if at and bare[at - 1] in _ASKING:
            continue
        if at and bare[at - 1] in ("do", "have", "am", "don't", "haven't"):
            return None
        verb = next((i for i in range(at + 1, len(bare)) if bare[i] not in _BETWEEN), None)
        ending = _third(bare[verb]) if verb is not None else None
        if verb is None or ending is None:
            return None
        ends[verb] = ending
    if not _clauses_are_plain(text, presents=any(ends[i] != bare[i] for i in ends)):
        return None
    for at in sorted(ends, reverse=True):
        text = text[: words[at].start()] + ends[at] + text[words[at].end() :]
    text = _turned(text, pronouns)
    text = text.split(" ", 1)[1] if elided else text
    text = text[:1].upper() + text[1:]
    same = len(phrase_stress(text)) == len(reading.stress)
    return Reading(text, reading.stress, reading.cost, reading.fills) if same else None


def without_its_i(line: str, text: str) -> bool:
    """Whether a reading of a line that may set out with "I" sets out with the verb after it: "[I ]wake", "Wake"."""
    if not line.startswith("[I ]"):
        return False
    after = re.match(r"[\[(]?([^\])\[(]*)", line[4:])
    verbs = {choice.split()[0].lower() for choice in after.group(1).split("|") if choice.split()} if after else set()
    return text.split()[0].strip(",").lower() in verbs


def _third(verb: str) -> str | None:
    """The verb after "he": itself in the past, with its ending in the present; None where the ending is a syllable."""
    if verb in _NO_ENDING or verb in ("'d", "'ll"):
        return verb
    if verb in _ENDS:
        return _ENDS[verb]
    if verb in _EITHER or verb in ("do", "don't", "be") or verb.endswith("n't"):
        return None
    if lemma(verb, verb=True) != verb:
        return verb
    new = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"
    if verb.endswith(("s", "x", "z", "ch", "sh")) or len(word_stress(new)) != len(word_stress(verb)):
        return None
    return new


def _clauses_are_plain(text: str, *, presents: bool) -> bool:
    """Whether no verb may stand by itself after "and" or a comma, where it would want the ending too."""
    starts = [_WORD.match(text, found.end()) for found in _CLAUSE.finditer(text)]
    follow = [w.group(0).lower() for w in starts if w and w.start() > 0]
    if not presents:
        follow = [w for w in follow if lemma(w, verb=True) == w]
    return all(w in _NEW_CLAUSE or w.endswith("ing") for w in follow)

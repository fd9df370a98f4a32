"""Reading a theme: its phrases (who, what, where, the act), the lexical fields that it calls, its mood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from generation.engine.lyrics.fields import fields_called
from generation.engine.lyrics.morphology import (
    for_the_singer,
    is_mass,
    is_plural,
    lemma,
    title_case,
    with_article,
)
from generation.engine.lyrics.rhyme import sound_of
from generation.engine.lyrics.theme_text import readable_words
from generation.engine.lyrics.word_lists import (
    DARK_WORDS,
    HOPEFUL_WORDS,
    NAMES,
    NO_PEOPLE,
    NO_VERBS,
    PEOPLE,
    PERSON_ENDINGS,
    PLACES,
    SOLE_VERBS,
    STOP_NOUNS,
)

MAX_PHRASE_SYLLABLES = 6
MAX_PHRASE_WORDS = 4


@dataclass(frozen=True)
class ThemePhrase:
    """A phrase of the theme, ready to stand in a sentence.

    `kind`: person, thing, mass, name, act or place (as the headings of theme_frames.txt). `the` is its form with a
    determiner ("the gladiator"), `bare` without ("gladiator"), `an` with an indefinite article.
    """

    kind: str
    the: str
    bare: str
    an: str
    plural: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class ThemeReading:
    """`fields` are (name, weight) of lexical fields, heaviest first. `mood` is -1 dark .. +1 hopeful."""

    words: tuple[str, ...]
    phrases: tuple[ThemePhrase, ...]
    fields: tuple[tuple[str, float], ...]
    titles: tuple[str, ...]
    mood: float
    readable: bool


def read_theme(theme: str) -> ThemeReading:
    """Read any text as a theme. An unreadable one has no words, no phrases and no fields."""
    words, grammatical = readable_words(theme)
    words = _settle_case(words)
    tokens = _tagged(words)
    lemmas = [lemma(w, verb=t.startswith("V")) for w, t in tokens if t != "POS"]
    phrases = _phrases(tokens) if grammatical else ()
    both = tuple(dict.fromkeys([*lemmas, *(w.lower() for w in words)]))
    mood = sum((w in HOPEFUL_WORDS) - (w in DARK_WORDS) for w in set(both))
    return ThemeReading(
        words=both,
        phrases=phrases,
        fields=fields_called(both),
        titles=_titles(words, tokens, phrases) if grammatical else (),
        mood=max(-1.0, min(1.0, mood / 2)),
        readable=bool(words) and (bool(phrases) or bool(fields_called(both))),
    )


def _settle_case(words: list[str]) -> list[str]:
    """Lower case, unless the writer used capitals to mark names: then those inside the phrase keep theirs."""
    inner = [w for w in words[1:] if len(w) > 3]
    shouts = len(inner) > 1 and sum(w[0].isupper() for w in inner) > 0.6 * len(inner)
    out = []
    for i, word in enumerate(words):
        name = word.lower() in NAMES or word.lower().removesuffix("'s") in NAMES
        keeps = name or (word[0].isupper() and not word.isupper() and not shouts and i > 0)
        out.append((word if word[0].isupper() and not word.isupper() else word.title()) if keeps else word.lower())
    return ["I" if w == "i" else w for w in out]


def _tagged(words: list[str]) -> list[tuple[str, str]]:
    from voicelab.engine.phonemes import tag_words

    split: list[str] = []
    for word in words:
        split += [word[:-2], "'s"] if word.endswith("'s") and len(word) > 3 else [word]
    if not split:
        return []
    return [_better_tag(i, split, tag) for i, tag in enumerate(tag_words(split))]


def _better_tag(i: int, words: list[str], tag: str) -> tuple[str, str]:
    """Mend what the tagger, which was trained on news, gets wrong in short phrases without a finite verb."""
    word, after = words[i], words[i + 1].lower() if i + 1 < len(words) else ""
    before = words[i - 1].lower() if i else ""
    low = word.lower()
    if low == "'s":
        return word, "POS"
    if low in PEOPLE or low in PLACES or low in STOP_NOUNS:
        return word, "NNS" if is_plural(low, tag) or lemma(low) != low else "NN"
    if (
        low.endswith("ing")
        and tag.startswith("NN")
        and after in ("to", "in", "on", "for", "with", "the", "a", "my", "his")
    ):
        return word, "VBG"
    if tag.startswith("NN") and before in ("who", "that", "to") and lemma(low, verb=True) != "":
        return word, "VBZ" if before != "to" else "VB"
    if low in NAMES:
        return word, "NNP"
    if tag in ("NN", "NNS") and low not in NO_VERBS and before and _can_act(before) and _is_verb_form(low):
        return word, "VBZ"
    if tag == "NNP" and word.islower():
        return word, "NN"
    return word, tag


def _can_act(word: str) -> bool:
    return word in NAMES or lemma(word) in PEOPLE or word in ("i", "we", "they", "you", "she", "he", "it")


def _is_verb_form(word: str) -> bool:
    return lemma(word, verb=True) in SOLE_VERBS


def _phrases(tokens: list[tuple[str, str]]) -> tuple[ThemePhrase, ...]:
    found = [*_noun_phrases(tokens), *_acts(tokens)]
    kept: dict[str, ThemePhrase] = {}
    for phrase in found:
        if sound_of(phrase.the).syllables <= MAX_PHRASE_SYLLABLES and len(phrase.the.split()) <= MAX_PHRASE_WORDS + 1:
            kept.setdefault(phrase.bare.lower(), phrase)
    return tuple(kept.values())


_IN_NP = ("JJ", "JJR", "JJS", "VBN", "NN", "NNS", "NNP", "NNPS", "POS", "CD")


def _noun_phrases(tokens: list[tuple[str, str]]) -> list[ThemePhrase]:
    out, i = [], 0
    while i < len(tokens):
        start = i
        while i < len(tokens) and (tokens[i][1] in _IN_NP or (tokens[i][1] == "VBG" and _modifies(tokens, i))):
            i += 1
        chunk = tokens[start:i]
        while chunk and not chunk[-1][1].startswith("NN"):
            chunk = chunk[:-1]
        if chunk:
            determiner = tokens[start - 1] if start else ("", "")
            weight = 1.0 if not out else 0.7
            out += _noun_phrase_forms(chunk, determiner, weight)
        i = max(i, start + 1)
    return out


def _modifies(tokens: list[tuple[str, str]], i: int) -> bool:
    """ "the burning city": a participle between an article and a noun belongs to the noun."""
    before = tokens[i - 1][1] if i else ""
    after = tokens[i + 1][1] if i + 1 < len(tokens) else ""
    return before in ("DT", "PRP$", "JJ") and after.startswith("NN")


def _noun_phrase_forms(chunk: list[tuple[str, str]], determiner: tuple[str, str], weight: float) -> list[ThemePhrase]:
    alone = ("", "") if is_mass(chunk[-1][0]) else ("the", "DT")
    head = _noun_phrase(chunk[-1:], alone, weight * 0.8)
    if chunk[-1][1] == "NNP" and len(chunk) > 1 and chunk[-2][1] == "NN":
        chunk = chunk[-1:]  # of "my dog Bruno" the name alone is sung
    whole = _noun_phrase(chunk, determiner, weight)
    compound = len(chunk) > 1 and chunk[-2][1].startswith("NN")  # of "tax season", "season" alone says nothing
    return [p for p in ([whole] if len(chunk) == 1 or compound else [whole, head]) if p is not None]


_KIN = frozenset(["grandpa", "grandma", "mom", "mum", "dad", "mother", "father", "god"])


def _noun_phrase(chunk: list[tuple[str, str]], determiner: tuple[str, str], weight: float) -> ThemePhrase | None:
    head, tag = chunk[-1]
    bare = re.sub(r" 's\b", "'s", " ".join(w for w, _ in chunk))
    if head.lower() in STOP_NOUNS or len(head) < 3 or any(w.isdigit() for w, _ in chunk):
        return None
    plural, low = is_plural(head, tag), head.lower()
    owner = for_the_singer([determiner[0].lower()])[0] if determiner[1] == "PRP$" else ""
    if tag.startswith("NNP") and not plural:
        return ThemePhrase("name", bare, bare, bare, weight=weight)
    kind = _kind_of(low, has_article=determiner[1] in ("DT", "PRP$"), plural=plural)
    first_is_name = chunk[0][1] == "NNP" or (chunk[0][0].lower() in _KIN and len(chunk) > 1 and chunk[1][1] == "POS")
    the = bare if kind == "mass" or first_is_name else f"{owner or 'the'} {bare}"
    unique = bool({"last", "first", "only"} & set(bare.split())) or "'s" in bare
    an = bare if plural or kind == "mass" or first_is_name else the if unique else with_article(bare)
    return ThemePhrase(kind, the, bare, an, plural=plural, weight=weight)


def _kind_of(noun: str, *, has_article: bool, plural: bool) -> str:
    root = lemma(noun)
    if root in PEOPLE or (
        root.endswith(PERSON_ENDINGS) and len(root) > 4 and root not in NO_PEOPLE and not is_mass(root)
    ):
        return "person"
    if root in PLACES and has_article and not plural:
        return "place"
    if not has_article and (plural or is_mass(noun)):
        return "mass"
    return "thing"


_ACT_STOP = ("CC", "WDT", "WP", "WRB", ".", ",")


def _acts(tokens: list[tuple[str, str]]) -> list[ThemePhrase]:
    """ "who forgives his enemy" -> "forgive my enemy": the act in its base form, long and short."""
    out = []
    for i, (word, tag) in enumerate(tokens):
        verb = lemma(word, verb=True)
        if not tag.startswith("VB") or (verb in ("be", "have", "do", "get", "go") and tag != "VBG"):
            continue
        if tag == "VBN" or (tag == "VBG" and _modifies(tokens, i)):
            continue
        rest: list[str] = []
        for follow, follow_tag in tokens[i + 1 : i + 6]:
            if follow_tag in _ACT_STOP or follow_tag in ("VBZ", "VBD", "VBP", "MD"):
                break
            rest.append(follow.lower() if follow_tag not in ("NNP",) else follow)
        rest = _trim(for_the_singer(rest))
        long = " ".join([verb, *rest]).replace(" 's", "'s")
        if rest:
            out.append(ThemePhrase("act", long, long, long, weight=1.2))
        after_to = i > 0 and tokens[i - 1][1] == "TO"
        if verb in SOLE_VERBS and not after_to and (not rest or len(rest) > 1):
            out.append(ThemePhrase("act", verb, verb, verb, weight=0.9))
    return out


def _trim(rest: list[str]) -> list[str]:
    """No phrase ends in an article or a preposition."""
    loose = set(
        "a an the of to in on at with for from by my your his her their our and or not as into over under".split()
    )
    rest = rest[:4]
    while rest and rest[-1] in loose:
        rest = rest[:-1]
    return rest


_SUBJECTS = frozenset(["i", "we", "you", "she", "he", "they", "nobody", "somebody", "everybody", "nothing"])


def _titles(words: list[str], tokens: list[tuple[str, str]], phrases: tuple[ThemePhrase, ...]) -> tuple[str, ...]:
    """Names for the song, best first: short enough to be sung as a hook."""
    out: list[str] = []
    if words and tokens[0][0].lower() in _SUBJECTS and 2 < len(words) <= 6:
        out.append(" ".join(words))  # a whole sentence: "We Lost the Final"
    elif len(words) <= 6 and words[0].lower() == "the" and any(t in ("VBZ", "VBP", "VBD") for _, t in tokens[1:4]):
        out.append(" ".join(words))  # "The War Is Over"
    whole = words[1:] if words and words[0].lower() in ("a", "an") else words
    finite = ("WP", "WDT", "VBZ", "VBP", "VBD", "MD")
    clause = any(t in finite or (t == "VBG" and i > 0) for i, (_, t) in enumerate(tokens))
    if 1 <= len(whole) <= 5 and not clause and not any(w.isdigit() for w in whole):
        out.append(" ".join(whole))
    out += [p.the.replace("my ", "your ") for p in phrases if p.kind == "act" and " " in p.the]
    out += [p.the for p in phrases if p.kind in ("person", "thing", "place") and p.weight >= 0.7]
    out += [p.bare for p in phrases if p.kind in ("mass", "name", "act")]
    out += [p.the for p in phrases]
    fits = [t for t in dict.fromkeys(out) if 1 <= sound_of(t).syllables <= 7]
    return tuple(dict.fromkeys(title_case(t) for t in fits))


def without_blocked(reading: ThemeReading) -> ThemeReading:
    """The same reading without any phrase that holds a blocked word."""
    from generation.engine.lyrics.blocklist import blocked_words

    clean = tuple(p for p in reading.phrases if not blocked_words(p.the))
    return replace(reading, phrases=clean)

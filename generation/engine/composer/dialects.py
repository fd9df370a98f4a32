"""How the seven styles speak harmony: the chords that carry each function in each of their modes.

Major after Caplin ("Classical Form", 1998) and, for loops and borrowed iv and bVII, Temperley ("The Musical Language of
Rock", 2018, ch. 3); Aeolian film harmony and its Neapolitan after Lehman ("Hollywood Harmony", 2018); Dorian,
Mixolydian, Phrygian and Lydian cadences by the tones that set the modes apart (Persichetti, "Twentieth-Century
Harmony", 1961, ch. 2): dominants are the chords with the step above or below the tonic.
"""

from __future__ import annotations

from generation.contracts import MusicStyle
from generation.engine.composer.profile import Dialect

DIALECTS: dict[MusicStyle, dict[str, Dialect]] = {
    MusicStyle.EPIC: {
        "aeolian": Dialect(
            tonics=("i", "bIII", "bVI"),
            subdominants=("bVI", "iv", "bII"),
            dominants=("bVII", "V", "v"),
            derived=0.45,
            applied=0.14,
            exchange=0.2,
            borrowing=0.1,
            borrowed=(("iv", "IV"), ("bVI", "bII")),
            pedal=0.35,
        )
    },
    MusicStyle.POP: {
        "ionian": Dialect(
            tonics=("I", "vi", "iii"),
            subdominants=("IV", "ii", "vi"),
            dominants=("V", "Vsus4", "iii"),
            derived=0.2,
            applied=0.12,
            exchange=0.12,
            borrowing=0.12,
            borrowed=(("IV", "iv"), ("V", "bVII")),
            pedal=0.15,
        ),
        "mixolydian": Dialect(
            tonics=("I", "vi"),
            subdominants=("IV", "ii", "bVII"),
            dominants=("bVII", "v", "V"),
            derived=0.3,
            applied=0.06,
            exchange=0.2,
            borrowing=0.12,
            borrowed=(("IV", "bVII"), ("I", "bIII")),
            pedal=0.2,
        ),
    },
    MusicStyle.DARK: {
        "phrygian": Dialect(
            tonics=("i", "bVI", "bIII"),
            subdominants=("iv", "bVI", "#ivdim"),
            dominants=("bII", "bvii", "bII"),
            derived=0.55,
            exchange=0.3,
            borrowing=0.15,
            borrowed=(("bVI", "#ivdim"), ("iv", "bII")),
            pedal=0.5,
        )
    },
    MusicStyle.GREGORIAN: {
        "dorian": Dialect(
            tonics=("i", "bIII"),
            subdominants=("IV", "bVII", "bIII"),
            dominants=("bVII", "v"),
            derived=0.5,
            exchange=0.25,
            pedal=0.5,
        ),
        "mixolydian": Dialect(
            tonics=("I", "vi"),
            subdominants=("IV", "ii"),
            dominants=("bVII", "v"),
            derived=0.5,
            exchange=0.25,
            pedal=0.5,
        ),
        "aeolian": Dialect(
            tonics=("i", "bIII"),
            subdominants=("iv", "bVI"),
            dominants=("bVII", "v"),
            derived=0.5,
            exchange=0.25,
            pedal=0.5,
        ),
        "phrygian": Dialect(
            tonics=("i", "bVI"),
            subdominants=("iv", "bIII"),
            dominants=("bII", "bvii"),
            derived=0.5,
            exchange=0.25,
            pedal=0.5,
        ),
    },
    MusicStyle.FANTASY: {
        "lydian": Dialect(
            tonics=("I", "vi", "iii"),
            subdominants=("II", "vi", "vii"),
            dominants=("V", "II", "vii"),
            derived=0.4,
            applied=0.06,
            exchange=0.25,
            borrowing=0.12,
            borrowed=(("I", "bVII"), ("vi", "bVI")),
            pedal=0.35,
        ),
        "dorian": Dialect(
            tonics=("i", "bIII"),
            subdominants=("IV", "ii", "bIII"),
            dominants=("bVII", "v"),
            derived=0.45,
            applied=0.04,
            exchange=0.25,
            borrowing=0.08,
            borrowed=(("i", "bVI"),),
            pedal=0.35,
        ),
    },
    MusicStyle.GLADIATOR: {
        "phrygian": Dialect(
            tonics=("i", "bIII"),
            subdominants=("bVI", "iv", "bIII"),
            dominants=("bII", "bvii"),
            derived=0.45,
            exchange=0.3,
            pedal=0.4,
        ),
        "aeolian": Dialect(
            tonics=("i", "bIII"),
            subdominants=("bVI", "iv"),
            dominants=("bVII", "v", "V"),
            derived=0.45,
            applied=0.06,
            exchange=0.25,
            pedal=0.4,
        ),
    },
    MusicStyle.EMOTIONAL: {
        "ionian": Dialect(
            tonics=("I", "vi", "iii"),
            subdominants=("IV", "ii", "ii7", "vi"),
            dominants=("V", "V7", "Vsus4"),
            derived=0.45,
            applied=0.24,
            exchange=0.16,
            borrowing=0.2,
            borrowed=(("IV", "iv"), ("ii", "iv"), ("I", "bVII")),
            pedal=0.25,
        )
    },
}

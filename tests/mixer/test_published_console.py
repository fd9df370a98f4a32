"""The main job's mix is a console's state: rendered by the console it is the published mix, part by part the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.codec import file_hash
from mixer.contracts import ChannelRole, MixSpec, ReverbKind, SourceSection, Space, StemInput, VoiceEffects
from mixer.engine.assistant import redone, undone
from mixer.engine.auto_mix import mix, set_desk
from mixer.engine.console.render import render_console, render_stems
from mixer.engine.console.schema import checked
from mixer.engine.console.ways import channels_of
from mixer.engine.desk import DESK_FILE, Desk, levelled_keys, read_desk
from mixer.engine.meters import gated_lufs, hop_power
from tests.mixer import material
from tests.mixer.material import RATE_HZ, db, rms_db

LENGTH_S = 9.0
ASKED = VoiceEffects(reverb_db=2.0, reverb=ReverbKind.ALGORITHMIC, doubler=0.4, saturation=0.3, de_esser=0.3)


def channels() -> dict[str, tuple[ChannelRole, float, np.ndarray]]:
    harp = material.line([69, 72, 76, 81], 0.25, LENGTH_S, partials=6)
    bass = material.line([33, 29, 36, 31], 2.0, LENGTH_S, partials=2)
    return {
        "01-lead-vocal": (ChannelRole.LEAD, 0.0, 0.3 * material.singer(LENGTH_S)),
        "02-strings": (ChannelRole.STRINGS, -0.3, material.chords(LENGTH_S)),
        "03-violas": (ChannelRole.STRINGS, 0.3, material.chords(LENGTH_S)),
        "04-harp": (ChannelRole.PLUCKED, 0.5, material.stereo(0.05 * harp)),
        "05-bass": (ChannelRole.BASS, 0.0, material.stereo(0.02 * bass)),
        "06-drums": (ChannelRole.DRUMS, 0.0, material.drums(LENGTH_S)),
    }


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> MixSpec:
    folder = tmp_path_factory.mktemp("dry")
    stems = []
    for name, (role, pan, audio) in channels().items():
        write_wav(folder / f"{name}.wav", audio, sample_rate_hz=RATE_HZ, subtype="FLOAT")
        stems.append(
            StemInput(name, folder / f"{name}.wav", role, pan, effects=ASKED if role is ChannelRole.LEAD else None)
        )
    sections = (SourceSection("verse", "Verse 1", 0.0, 4.0), SourceSection("chorus", "Chorus", 4.0, LENGTH_S))
    return MixSpec(tuple(stems), Space.CHAMBER, 5, sections=sections)


@pytest.fixture(scope="module")
def published(spec: MixSpec, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    folder = tmp_path_factory.mktemp("published")
    mix(spec, folder)
    return folder, read_desk(folder / DESK_FILE)


def files(spec: MixSpec) -> dict[str, Path]:
    return {stem.name: stem.path for stem in spec.stems}


@pytest.mark.parametrize("block_samples", [1 << 16, 7_000])
def test_the_console_bounces_what_was_published(spec, published, block_samples: int, tmp_path: Path) -> None:
    folder, desk = published
    assert checked(desk.state) == desk.state
    made = render_console(desk.state, files(spec), tmp_path, samples=desk.samples, block_samples=block_samples)
    apart = read_wav(made.mix_path)[0] - read_wav(folder / "mix.wav")[0]
    assert db(np.abs(apart).max()) < -110.0
    assert rms_db(read_wav(folder / "mix.wav")[0]) > -40.0, "there is something to compare"


def test_a_stem_alone_has_the_bytes_that_it_has_among_all(spec, published, tmp_path: Path) -> None:
    _, desk = published
    (tmp_path / "all").mkdir()
    whole = render_stems(desk.unscaled, files(spec), tmp_path / "all", samples=desk.samples)
    assert set(whole.paths) == {stem.name for stem in spec.stems}
    for only in ({"02-strings"}, {"01-lead-vocal"}, {"05-bass", "06-drums"}):
        folder = tmp_path / "-".join(sorted(only))
        folder.mkdir()
        part = render_stems(desk.unscaled, files(spec), folder, samples=desk.samples, only=only)
        assert set(part.paths) == only
        assert all(file_hash(path) == file_hash(whole.paths[name]) for name, path in part.paths.items())


def test_a_stems_key_is_made_of_what_it_hears(spec, published) -> None:
    """An instrument hears the voice (it makes room for it), the voice nobody; a fader is heard in its own stem."""
    _, desk = published
    names = [stem.name for stem in spec.stems]
    hashes = {name: name for name in names}
    before = levelled_keys(desk, names, hashes)
    assert len(set(before.values())) == len(names)

    def changed(desk: Desk, hashes: dict[str, str]) -> set[str]:
        now = levelled_keys(desk, names, hashes)
        return {name for name in names if now[name] != before[name]}

    assert changed(desk, hashes | {"01-lead-vocal": "sung anew"}) == set(names)
    assert changed(desk, hashes | {"04-harp": "another harp"}) == {"04-harp"}
    moved = tuple(replace(c, fader_db=-6.0) if c.id == "03-violas" else c for c in desk.state.channels)
    assert changed(replace(desk, state=replace(desk.state, channels=moved)), hashes) == {"03-violas"}
    renamed = tuple(replace(c, label="Altos") for c in desk.state.channels)
    assert changed(replace(desk, state=replace(desk.state, channels=renamed)), hashes) == set()


def test_what_a_stem_hears_is_what_its_bytes_depend_on(spec, published, tmp_path: Path) -> None:
    """Every stem that is not among those a stem hears may be anything: the bytes stay."""
    from mixer.engine.console.render import effects_of
    from mixer.engine.console.routing import routes
    from mixer.engine.console.ways import Opened

    _, desk = published
    nodes = routes(desk.state, Opened(desk.state, effects_of(desk.state), RATE_HZ).latency_of)
    assert channels_of(desk.state, nodes, "04-harp") == ("01-lead-vocal", "04-harp")
    noise = material.noise(LENGTH_S, -20.0)
    write_wav(tmp_path / "noise.wav", np.stack([noise, noise]) if noise.ndim == 1 else noise, sample_rate_hz=RATE_HZ)
    others = {name: tmp_path / "noise.wav" for name in files(spec) if name not in ("01-lead-vocal", "04-harp")}
    digests = []
    for number, stems in enumerate((files(spec), files(spec) | others)):
        folder = tmp_path / str(number)
        folder.mkdir()
        digests.append(file_hash(render_stems(desk.unscaled, stems, folder, samples=desk.samples).paths["04-harp"]))
    assert digests[0] == digests[1]


def test_every_decision_of_the_main_job_can_be_taken_back(published) -> None:
    _, desk = published
    state = desk.state
    for decision in desk.decisions:
        state = checked(undone(state, decision))
    assert state.mix.gain_db == 0.0 and all(c.fader_db == 0.0 for c in state.channels)
    for decision in desk.decisions:
        state = checked(redone(state, decision))
    assert replace(state, lanes=()) == replace(desk.state, lanes=())
    assert set(state.lanes) == set(desk.state.lanes)
    assert any("Chorus" in d.sentence or "Verse 1" in d.sentence for d in desk.decisions if d.id.endswith("unmask"))


def test_instruments_in_unison_are_heard_to_be_louder_than_their_powers_tell(spec, tmp_path: Path) -> None:
    """Cellos that play the strings' very notes add up to more than foreseen: the accompaniment is set by what is
    heard."""
    unison = replace(spec, stems=(spec.stems[0], spec.stems[1], replace(spec.stems[1], name="02b-cellos")))
    desk = set_desk(unison, tmp_path)
    bed = next(decision for decision in desk.decisions if decision.id == "band-bus.bed")
    assert -4.0 < bed.measures["missed_db"] < -1.5, "twice the same wave is 3 dB more than twice the power"
    assert "foreseen" in bed.sentence
    assert set_desk(unison, tmp_path) == desk
    assert list(tmp_path.iterdir()) == [], "passages are heard and not kept"
    rendered = render_stems(desk.unscaled, files(unison), tmp_path, samples=desk.samples)
    heard = {
        name: gated_lufs(hop_power(read_wav(path)[0], sample_rate_hz=RATE_HZ)) for name, path in rendered.paths.items()
    }
    for name in ("02-strings", "02b-cellos"):
        told = next(decision.sentence for decision in desk.decisions if decision.id == f"{name}.fader")
        under_lu = heard["01-lead-vocal"] - heard[name]
        assert float(re.search(r"([\d.]+) LU under the voice", told)[1]) == pytest.approx(under_lu, abs=1.0)

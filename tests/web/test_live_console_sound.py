"""The live console in Chromium: what it plays, against what the server renders from the same state."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from playwright.sync_api import Page

from mixer.engine.console.render import render_console
from mixer.engine.console.schema import read_state, write_state
from mixer.engine.console.state import ConsoleState
from tests.web.browser import Guest

RATE_HZ = 48_000
LENGTH_S = 5.0
WITHIN_DB = 0.5
_UPLOAD = """async (files) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content
    ?? decodeURIComponent(document.cookie.match(/csrftoken=([^;]+)/)[1]);
  const send = async (url, body, headers) => {
    const answer = await fetch(url, {method: 'POST', body, headers: {'X-CSRFToken': token, ...headers}});
    if (!answer.ok) throw new Error(`${url} ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const uploads = [];
  for (const [name, text] of Object.entries(files)) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const form = new FormData();
    form.append('file', new File([bytes], `${name}.wav`, {type: 'audio/wav'}));
    uploads.push((await send('/api/audio/uploads', form, {})).id);
  }
  return send('/api/audio/sessions', JSON.stringify({uploads, title: 'Live'}), {'Content-Type': 'application/json'});
}"""
_OPEN = """async ({state, stems}) => {
  const {ConsoleEngine} = await import('/static/dist/console_engine.js');
  window.troubles = [];
  window.engine = await ConsoleEngine.open({state, stems});
  window.engine.addEventListener('trouble', ({detail}) => window.troubles.push(detail));
}"""
_RENDER = """async () => {
  const {left, right} = await window.engine.renderOffline();
  const text = (side) => {
    const bytes = new Uint8Array(side.buffer, side.byteOffset, side.byteLength);
    let letters = '';
    for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(letters);
  };
  return [text(left), text(right)];
}"""


def _song() -> dict[str, np.ndarray]:
    """A beat, a bass, chords and a lead with sibilants: something in every third of an octave."""
    rng = np.random.default_rng(4)
    time_s = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    beat = time_s % 0.5
    kick = np.sin(2.0 * np.pi * (50.0 * beat + 4.0 * (1.0 - np.exp(-beat * 30.0)))) * np.exp(-beat * 12.0)
    hat = rng.standard_normal(len(time_s)) * np.exp(-(time_s % 0.25) * 60.0)
    notes = np.array([55.0, 55.0, 41.2, 49.0])[(time_s // 1.25).astype(int) % 4]
    bass = np.sign(np.sin(2.0 * np.pi * np.cumsum(notes) / RATE_HZ)) * 0.5
    chord = sum(np.sin(2.0 * np.pi * step * np.cumsum(notes) / RATE_HZ) for step in (4.0, 5.0, 6.0, 8.0, 12.0))
    sung = sum(
        np.sin(2.0 * np.pi * k * 220.0 * time_s + 0.3 * np.sin(2.0 * np.pi * 5.5 * time_s)) / k for k in range(1, 20)
    )
    sibilant = np.diff(rng.standard_normal(len(time_s) + 1)) * (time_s % 0.8 < 0.1)
    lead = 0.25 * sung * (time_s % 2.5 < 2.0) + 0.2 * sibilant
    both = {"drums": 0.5 * kick + 0.1 * hat, "bass": bass, "chords": 0.12 * chord, "lead": lead}
    return {
        name: (0.4 * np.stack([sound, np.roll(sound, 7)]) + 1e-4 * rng.standard_normal((2, len(sound)))).astype(
            np.float32
        )
        for name, sound in both.items()
    }


def _slot(kind: str, key: str = "", **params: Any) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "params": params, "key": key}


def _console(*, mute: bool = False) -> ConsoleState:
    channels = [
        {
            "id": "lead",
            "effects": [
                _slot("eq", low_cut=True, bell_3_db=4.0),
                _slot("compressor", threshold_db=-24.0, ratio=3.0),
                _slot("de_esser", amount=0.8),
                _slot("doubler", amount=0.4),
            ],
            "sends": [{"bus": "hall", "level_db": -8.0}, {"bus": "echo", "level_db": -14.0}],
        },
        {
            "id": "chords",
            "fader_db": -3.0,
            "pan": -0.3,
            "effects": [_slot("ducker", "lead", depth_db=6.0, band="bell"), _slot("chorus")],
            "sends": [{"bus": "hall", "level_db": -10.0}],
        },
        {"id": "bass", "effects": [_slot("saturation", drive_db=9.0), _slot("bass_boost", gain_db=3.0)]},
        {"id": "drums", "effects": [_slot("transient_shaper", attack_db=4.0), _slot("gate", threshold_db=-45.0)]},
    ]
    buses = [
        {"id": "hall", "effects": [_slot("convolution_reverb", space="chamber", decay=0.8)]},
        {"id": "echo", "effects": [_slot("delay", feedback=0.4), _slot("algorithmic_reverb", space="studio", mix=0.5)]},
    ]
    mix = {"id": "mix", "mute": mute, "effects": [_slot("stereo_width", width=1.2), _slot("limiter", gain_db=2.0)]}
    lane = {"target": "lead/fader_db", "points": [{"at_s": 1.0, "value": -4.0}, {"at_s": 3.0, "value": 2.0}]}
    channels = [channel | {"stem": channel["id"]} for channel in channels]
    return read_state({"channels": channels, "buses": buses, "mix": mix, "lanes": [lane], "seed": 11})


def _opened(guest: Guest, stems: dict[str, np.ndarray]) -> Page:
    page = guest.open("/")
    files = {}
    for name, sound in stems.items():
        file = io.BytesIO()
        sf.write(file, sound.T, RATE_HZ, format="WAV", subtype="FLOAT")
        files[name] = base64.b64encode(file.getvalue()).decode()
    session = page.evaluate(_UPLOAD, files)
    told = [{"name": stem["name"], "url": stem["audio_url"]} for stem in session["stems"]]
    page.evaluate(_OPEN, {"state": write_state(_console()), "stems": told})
    return page


def _thirds_db(sound: np.ndarray) -> np.ndarray:
    """Power of both sides together in thirds of an octave from 31.5 Hz to 16 kHz."""
    spectrum = np.sum(np.abs(np.fft.rfft(sound.astype(np.float64), axis=1)) ** 2, axis=0)
    frequencies_hz = np.fft.rfftfreq(sound.shape[1], 1.0 / RATE_HZ)
    centres_hz = 1_000.0 * 2.0 ** (np.arange(-15, 13) / 3.0)
    bands = [(frequencies_hz >= c * 2.0 ** (-1 / 6)) & (frequencies_hz < c * 2.0 ** (1 / 6)) for c in centres_hz]
    return 10.0 * np.log10([spectrum[band].sum() for band in bands])


def _rendered(tmp_path: Path, stems: dict[str, np.ndarray]) -> np.ndarray:
    paths = {}
    for name, sound in stems.items():
        paths[name] = tmp_path / f"{name}.wav"
        sf.write(paths[name], sound.T, RATE_HZ, subtype="FLOAT")
    done = render_console(_console(), paths, tmp_path / "server", sample_rate_hz=RATE_HZ)
    return sf.read(done.mix_path, dtype="float32", always_2d=True)[0].T


def test_the_browser_hears_what_the_server_renders(guest: Guest, tmp_path: Path) -> None:
    stems = _song()
    page = _opened(guest, stems)
    live = np.stack([np.frombuffer(base64.b64decode(text), np.float32) for text in page.evaluate(_RENDER)])
    server = _rendered(tmp_path, stems)[:, : live.shape[1]]
    assert live.shape[1] == round(LENGTH_S * RATE_HZ)
    apart_db = np.abs(_thirds_db(live) - _thirds_db(server))
    assert apart_db.max() < WITHIN_DB, apart_db.round(3)
    residual = np.sqrt(np.mean((live - server) ** 2) / np.mean(server**2))
    assert 20.0 * np.log10(residual) < -60.0  # the same sound, not only as much of it: stems are kept in 24 bits

    page.evaluate("() => window.engine.play()")
    page.wait_for_function("() => window.engine.time_s > 0.5")
    playing = page.evaluate("() => ({meters: window.engine.meters, troubles: window.troubles})")
    assert playing["troubles"] == []
    assert -60.0 < playing["meters"]["strips"]["lead"]["rms_db"] < 0.0
    assert -40.0 < playing["meters"]["mix"]["momentary_lufs"] < 0.0
    assert playing["meters"]["reductions"]["lead/compressor"] < -1.0
    page.evaluate("(state) => window.engine.setState(state)", write_state(_console(mute=True)))
    page.wait_for_function("() => window.engine.meters.strips.mix.rms_db === -120")
    page.evaluate("() => { window.engine.setLoop([1, 2]); window.engine.seek(1.5); }")
    page.wait_for_function("() => window.engine.time_s < 1.4 && window.engine.time_s > 0.99")
    page.evaluate("() => window.engine.pause()")
    page.wait_for_function(
        """async () => {
          const stood_s = window.engine.time_s;
          await new Promise((go) => setTimeout(go, 200));
          return window.engine.time_s === stood_s;
        }"""
    )
    assert not page.evaluate("() => window.engine.isPlaying")
    page.evaluate("() => window.engine.dispose()")


def test_without_a_secure_page_the_engine_says_so(guest: Guest) -> None:
    page = guest.open("/", script="Object.defineProperty(window, 'isSecureContext', {value: false});")
    told = page.evaluate(
        """async () => {
          const {ConsoleEngine} = await import('/static/dist/console_engine.js');
          return ConsoleEngine.open({state: {channels: []}, stems: []}).then(() => '', (error) => error.message);
        }"""
    )
    assert "secure page" in told and "localhost" in told

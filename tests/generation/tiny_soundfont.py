"""A SoundFont of one sine wave, written byte by byte (SoundFont 2.01 specification): few programs, known sound."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

_RATE_HZ = 44_100
_ROOT_KEY = 69
_SAMPLE_MODES, _INSTRUMENT, _SAMPLE_ID = 54, 41, 53


def write_soundfont(path: Path, programs: tuple[int, ...]) -> Path:
    """A looped 441 Hz sine, exactly 100 samples a period, as melodic `programs` of bank 0."""
    wave = (20_000 * np.sin(2.0 * np.pi * np.arange(2_000) / 100.0)).astype("<i2")
    samples = wave.tobytes() + bytes(2 * 46)  # the format wants 46 zeros after each sample
    sdta = _list(b"sdta", _chunk(b"smpl", samples))
    info = _list(
        b"INFO",
        _chunk(b"ifil", struct.pack("<HH", 2, 1)) + _chunk(b"isng", b"EMU8000\0") + _chunk(b"INAM", b"Sine\0\0"),
    )
    body = info + sdta + _list(b"pdta", _presets(programs) + _instrument() + _sample(len(wave)))
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"sfbk" + body)
    return path


def _presets(programs: tuple[int, ...]) -> bytes:
    headers = [(f"Sine {program}", program, index) for index, program in enumerate(programs)]
    headers.append(("EOP", 0, len(programs)))
    phdr = b"".join(struct.pack("<20sHHHIII", n.encode(), program, 0, bag, 0, 0, 0) for n, program, bag in headers)
    pbag = b"".join(struct.pack("<HH", index, 0) for index in range(len(programs) + 1))
    pgen = struct.pack("<HH", _INSTRUMENT, 0) * len(programs) + bytes(4)
    return _chunk(b"phdr", phdr) + _chunk(b"pbag", pbag) + _chunk(b"pmod", bytes(10)) + _chunk(b"pgen", pgen)


def _instrument() -> bytes:
    inst = struct.pack("<20sH", b"Sine", 0) + struct.pack("<20sH", b"EOI", 1)
    ibag = struct.pack("<HHHH", 0, 0, 2, 0)
    igen = struct.pack("<HHHH", _SAMPLE_MODES, 1, _SAMPLE_ID, 0) + bytes(4)
    return _chunk(b"inst", inst) + _chunk(b"ibag", ibag) + _chunk(b"imod", bytes(10)) + _chunk(b"igen", igen)


def _sample(length: int) -> bytes:
    header = struct.pack("<20sIIIIIBbHH", b"Sine", 0, length, 100, length - 100, _RATE_HZ, _ROOT_KEY, 0, 0, 1)
    return _chunk(b"shdr", header + struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _list(kind: bytes, data: bytes) -> bytes:
    return _chunk(b"LIST", kind + data)

"""libfluidsynth through ctypes: found on the system, its functions declared, its errors collected.

No binding package is used: the ones on PyPI open a sound card or lack `fluid_synth_process`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from ctypes import POINTER, c_char_p, c_double, c_float, c_int, c_void_p
from functools import lru_cache

from codecraft.common.errors import StudioError

_SONAMES = (
    "libfluidsynth.so.3",
    "libfluidsynth.so.2",
    "libfluidsynth.so",
    "libfluidsynth-3.dll",
    "libfluidsynth-2.dll",
    "libfluidsynth.3.dylib",
    "libfluidsynth.dylib",
    "/opt/homebrew/lib/libfluidsynth.dylib",
    "/usr/local/lib/libfluidsynth.dylib",
)
_HOW_TO = (
    "install it with `apt-get install libfluidsynth3`, `dnf install fluidsynth-libs` or `brew install fluid-synth`."
)

_FloatBuffers = POINTER(c_void_p)
_LOG_FUNCTION = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)
_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "fluid_version": (None, (POINTER(c_int), POINTER(c_int), POINTER(c_int))),
    "new_fluid_settings": (c_void_p, ()),
    "delete_fluid_settings": (None, (c_void_p,)),
    "fluid_settings_setint": (c_int, (c_void_p, c_char_p, c_int)),
    "fluid_settings_setnum": (c_int, (c_void_p, c_char_p, c_double)),
    "new_fluid_synth": (c_void_p, (c_void_p,)),
    "delete_fluid_synth": (None, (c_void_p,)),
    "fluid_synth_sfload": (c_int, (c_void_p, c_char_p, c_int)),
    "fluid_synth_set_channel_type": (c_int, (c_void_p, c_int, c_int)),
    "fluid_synth_program_select": (c_int, (c_void_p, c_int, c_int, c_int, c_int)),
    "fluid_synth_set_gen": (c_int, (c_void_p, c_int, c_int, c_float)),
    "fluid_synth_all_sounds_off": (c_int, (c_void_p, c_int)),
    "fluid_synth_get_active_voice_count": (c_int, (c_void_p,)),
    "fluid_synth_noteon": (c_int, (c_void_p, c_int, c_int, c_int)),
    "fluid_synth_noteoff": (c_int, (c_void_p, c_int, c_int)),
    "fluid_synth_cc": (c_int, (c_void_p, c_int, c_int, c_int)),
    "fluid_synth_process": (c_int, (c_void_p, c_int, c_int, _FloatBuffers, c_int, _FloatBuffers)),
    "fluid_set_log_function": (c_void_p, (c_int, c_void_p, c_void_p)),
}
FLUID_FAILED = -1
_LOG_LEVELS = 4  # panic, error, warning, information


class FluidsynthMissing(StudioError):
    """libfluidsynth cannot be loaded here, or is too old."""

    code = "synth_missing"
    http_status = 503


def library_names() -> tuple[str, ...]:
    """The names under which the library is sought, the system's own answer first."""
    found = ctypes.util.find_library("fluidsynth")
    return (found, *_SONAMES) if found else _SONAMES


@lru_cache(maxsize=1)
def load_fluidsynth() -> ctypes.CDLL:
    """The library with its functions declared. Raises FluidsynthMissing; needs version 2 for `fluid_synth_process`."""
    for name in library_names():
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        return _declare(library)
    raise FluidsynthMissing(f"libfluidsynth was not found: {_HOW_TO}")


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    try:
        for name, (restype, argtypes) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = restype, argtypes
    except AttributeError as error:
        raise FluidsynthMissing(f"This libfluidsynth is too old (version 2 is needed): {_HOW_TO}") from error
    major, minor, micro = c_int(), c_int(), c_int()
    library.fluid_version(major, minor, micro)
    if major.value < 2:
        raise FluidsynthMissing(f"libfluidsynth {major.value}.{minor.value} is too old (2 is needed): {_HOW_TO}")
    for level in range(_LOG_LEVELS):
        library.fluid_set_log_function(level, ctypes.cast(_collect, c_void_p), None)
    return library


_messages: list[str] = []


@_LOG_FUNCTION
def _collect(level: int, message: bytes, _data: int | None) -> None:
    """fluidsynth prints to the terminal by default; keep its last words for the error instead."""
    if level <= 1:
        _messages.append(message.decode("utf-8", "replace"))
        del _messages[:-5]


def last_message() -> str:
    """The last error that fluidsynth spoke of, or nothing."""
    return _messages[-1] if _messages else ""

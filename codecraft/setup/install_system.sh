#!/usr/bin/env bash
# libfluidsynth from the platform's package manager when it is missing and we have the rights. Without it the studio
# renders through tinysoundfont and says so: never a reason to stop.
set -u
has_fluidsynth() { python3 - <<'PY'
import ctypes, ctypes.util, sys
for name in filter(None, [ctypes.util.find_library("fluidsynth"), "libfluidsynth.so.3", "libfluidsynth.so.2", "libfluidsynth.dylib"]):
    try:
        ctypes.CDLL(name); sys.exit(0)
    except OSError:
        pass
sys.exit(1)
PY
}
has_fluidsynth && exit 0
root=""; [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null && root="sudo -n"; }
if [ "$(id -u)" = 0 ] || [ -n "$root" ]; then
  if command -v apt-get >/dev/null; then
    { $root apt-get update -qq; $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libfluidsynth3; } >/dev/null 2>&1 \
      || $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libfluidsynth2 >/dev/null 2>&1
  elif command -v dnf >/dev/null; then $root dnf install -y -q fluidsynth-libs >/dev/null 2>&1
  fi
fi
command -v brew >/dev/null && ! has_fluidsynth && brew install --quiet fluid-synth >/dev/null 2>&1
has_fluidsynth || echo "Note: libfluidsynth is not here and could not be installed; the orchestra plays through tinysoundfont."
exit 0

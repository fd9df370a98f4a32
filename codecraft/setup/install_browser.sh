#!/usr/bin/env bash
# The browser of the page tests: Debian's Chromium, installed when missing. CHROMIUM may name another one.
set -u
[ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && exit 0
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
fi
command -v chromium >/dev/null || echo "Note: no Chromium was found and none could be installed; the page tests will fail. Set CHROMIUM=/path/to/chromium."
exit 0

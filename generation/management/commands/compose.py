"""`manage.py compose "THEME"`: a song and its film without the web, with a progress bar; prints the package folder."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from codecraft.common.errors import Cancelled, InvalidInput, StudioError
from codecraft.common.jobs import seconds_left
from generation import services
from generation.contracts import (
    FILM_RATES_FPS,
    MAX_LENGTH_S,
    MIN_LENGTH_S,
    Brief,
    FilmFraming,
    FilmSize,
    FilmWords,
    MusicStyle,
)
from generation.engine.pipeline import STAGES, StageReport
from mixer.contracts import ReverbKind
from mixer.engine.voice_effects import EFFECT_RANGES
from voicelab.contracts import SpeechSource, VoiceStyle

BAD_INPUT, BROKEN, STOPPED = 2, 1, 130
MAX_LYRICS_BYTES = 1_000_000


class Command(BaseCommand):
    help = "Make a song and its film from a theme."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        def one_of(kind: Any) -> str:
            return "{" + ",".join(option.value for option in kind) + "}"

        parser.add_argument("theme", metavar="THEME", help="what the song is about")
        parser.add_argument("--title", default=None, help="default: the studio finds one")
        parser.add_argument("--voice", default=None, metavar=one_of(VoiceStyle))
        parser.add_argument("--style", default=None, metavar=one_of(MusicStyle))
        parser.add_argument("--seed", default=None, metavar="N", help="the same seed makes the same song")
        parser.add_argument("--length-s", default=None, metavar=f"{MIN_LENGTH_S}..{MAX_LENGTH_S}")
        parser.add_argument("--lyrics", default=None, metavar="FILE", help="words to be sung as they stand")
        parser.add_argument("--out", default=None, metavar="DIR", help="the package folder, exactly this one")
        _add_film_arguments(parser, one_of)
        _add_voice_arguments(parser, one_of)

    def handle(self, **options: Any) -> None:
        before = signal.signal(signal.SIGTERM, _raise_interrupt)
        try:
            self._compose(options)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _compose(self, options: dict[str, Any]) -> None:
        bar = ProgressBar(self.stderr._out)
        try:
            brief = _brief(options)
            out_dir = _out_dir(options["out"], brief)
            result = services.render_package(brief=brief, out_dir=out_dir, report=bar.show)
        except InvalidInput as error:
            self._leave(bar, f"{error.message} ({_option(error.field)})" if error.field else error.message, BAD_INPUT)
        except (KeyboardInterrupt, Cancelled):
            self._leave(bar, "Stopped. Finished stages are kept: the same command goes on from there.", STOPPED)
        except StudioError as error:
            self._leave(bar, error.message, BROKEN)
        bar.close()
        for notice in result.notices:
            self.stderr.write(f"Note: {notice}", self.style.WARNING)
        self.stdout.write(str(result.out_dir))

    def _leave(self, bar: ProgressBar, sentence: str, status: int) -> NoReturn:
        bar.close()
        self.stderr.write(sentence, self.style.ERROR)
        sys.exit(status)


def _add_film_arguments(parser: CommandParser, one_of: Callable[[Any], str]) -> None:
    film = parser.add_argument_group("the film")
    film.add_argument("--film-size", default=None, metavar=one_of(FilmSize))
    rates = "{" + ",".join(map(str, FILM_RATES_FPS)) + "}"
    film.add_argument("--film-fps", default=None, metavar=rates, help="pictures a second")
    film.add_argument("--film-framing", default=None, metavar=one_of(FilmFraming), help="2.39:1, or the whole frame")
    film.add_argument("--film-words", default=None, metavar=one_of(FilmWords), help="what stands on the picture")


def _add_voice_arguments(parser: CommandParser, one_of: Callable[[Any], str]) -> None:
    voice = parser.add_argument_group("the voice")
    voice.add_argument(
        "--pronounce",
        action="append",
        default=[],
        metavar="WORD=SOUNDS",
        help='for the whole song, as often as needed: "Siobhan=SH AH0 V AO1 N", or misaki letters or IPA',
    )
    voice.add_argument("--speech", default=None, metavar=one_of(SpeechSource), help="who speaks the spoken voice")
    voice.add_argument("--reverb", default=None, metavar=one_of(ReverbKind), dest="effect_reverb")
    for name, (lowest, highest) in EFFECT_RANGES.items():
        option, shown = "--" + name.replace("_", "-"), f"{lowest:g}..{highest:g}"
        voice.add_argument(option, default=None, metavar=shown, dest=f"effect_{name}")


def _raise_interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _option(field: str) -> str:
    named = {"pronunciations": "--pronounce", "film": "--film-fps, --film-framing, --film-words"}
    if field in named:
        return named[field]
    return "THEME" if field == "theme" else "--" + field.removeprefix("effects.").replace("_", "-")


def _brief(options: dict[str, Any]) -> Brief:
    lyrics = _read_lyrics(options["lyrics"]) if options["lyrics"] else None
    names = ("theme", "title", "voice", "style", "seed", "length_s", "film_size", "speech")
    asked = {name: options[name] for name in names}
    effects = {name: value for name in ("reverb", *EFFECT_RANGES) if (value := options[f"effect_{name}"]) is not None}
    film = {name: value for name in ("framing", "words") if (value := options[f"film_{name}"]) is not None}
    if (fps := options["film_fps"]) is not None:
        film["fps"] = int(fps) if fps.isdecimal() else fps
    said = [_pronunciation(text) for text in options["pronounce"]]
    return services.make_brief(**asked, lyrics=lyrics, effects=effects, pronunciations=said, film=film)


def _pronunciation(text: str) -> tuple[str, str]:
    word, equals, sounds = text.partition("=")
    if not equals:
        raise InvalidInput(
            f"“{text[:60]}” is no pronunciation: write WORD=SOUNDS, as in Siobhan=SH AH0 V AO1 N.",
            field="pronunciations",
        )
    return word, sounds


def _read_lyrics(name: str) -> str:
    path = Path(name).expanduser()
    try:
        if path.stat().st_size > MAX_LYRICS_BYTES:
            raise InvalidInput(f"The file {name} is too large to be the words of a song.", field="lyrics")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"The lyrics file {name} cannot be read: {error.strerror}.", field="lyrics") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The lyrics file {name} is not UTF-8 text.", field="lyrics") from error
    if not text.strip():
        raise InvalidInput(f"The lyrics file {name} is empty.", field="lyrics")
    return text


def _out_dir(asked: str | None, brief: Brief) -> Path:
    """Exactly the folder that was asked for; else one under `out/` that tells the song and its seed."""
    if asked:
        path = Path(asked).expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise InvalidInput(f"{asked} is a file, not a folder.", field="out")
        return path
    slug = re.sub(r"[^\w]+", "-", (brief.title or brief.theme).lower()).strip("-")[:60].strip("-") or "song"
    return settings.BASE_DIR / "out" / f"{slug}-{brief.seed}"


class ProgressBar:
    """One line that rewrites itself on a terminal; elsewhere a line for each stage and each tenth."""

    WIDTH = 28

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._is_live = stream.isatty()
        self._started_s = time.monotonic()
        self._free = 0.0
        self._said = ""
        self._titles = {stage.name: stage.title for stage in STAGES}

    def show(self, report: StageReport) -> None:
        if report.cached:
            self._free = max(self._free, report.fraction)
        title = self._titles.get(report.stage, report.stage)
        if not self._is_live:
            self._say_plainly(title, report)
            return
        filled = round(report.fraction * self.WIDTH)
        left = seconds_left(time.monotonic() - self._started_s, report.fraction, free=self._free)
        rest = "" if left is None else f" · {left // 60}:{left % 60:02d} left"
        line = f"[{'█' * filled}{'░' * (self.WIDTH - filled)}] {report.fraction:4.0%}  {title}{rest}"
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()

    def _say_plainly(self, title: str, report: StageReport) -> None:
        tenth = int(report.fraction_of_stage * 10) * 10
        said = f"{title} (already there)" if report.cached else f"{title} {tenth} %"
        if said != self._said:
            self._stream.write(f"{report.fraction:4.0%}  {said}\n")
            self._stream.flush()
            self._said = said

    def close(self) -> None:
        if self._is_live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

"""The cards of a film: its title over the intro, then, once the singing is over, the end card and the credits."""

from __future__ import annotations

from generation.engine.film.types import Card, StoryboardSpec

STUDIO = "CodeCraft Studio"
_MODES = {"ionian": "major", "aeolian": "minor"}
_END_S, _CREDITS_S, _LEAST_CREDITS_S = 3.0, 6.0, 3.2
_LEAST_TITLE_S = 1.4


def plan_cards(spec: StoryboardSpec, duration_s: float) -> tuple[Card, ...]:
    """Title, end card, credits, in order of time. A song that is sung to its end has all of them on the end card."""
    title = " ".join(spec.title.split()) or "Untitled"
    notes = [note for line in spec.score.lead.lines for note in line.notes]
    at = spec.score.tempo_map.seconds_at
    first_s = at(min(note.start_beats for note in notes)) if notes else duration_s
    last_s = at(max(note.start_beats + note.duration_beats for note in notes)) if notes else 0.6 * duration_s
    free_s = max(0.0, last_s + 0.3)
    seed = f"seed {spec.seed}"
    if duration_s - free_s >= _END_S + _LEAST_CREDITS_S:
        start_s = max(free_s, duration_s - _END_S - _CREDITS_S)
        ends = (
            Card("end", (title, STUDIO, seed), start_s, start_s + _END_S),
            Card("credits", credit_rows(spec), start_s + _END_S, duration_s),
        )
    else:
        start_s = max(duration_s - 4.5, min(duration_s - 2.0, free_s), 0.0)
        facts = [row.replace("\t", ": ") for row in spec.credits]
        ends = (Card("end", (title, STUDIO, f"{_music(spec)} · {seed}", *facts), start_s, duration_s),)
    return (*_title(spec, title, first_s, ends[0].start_s), *ends)


def _title(spec: StoryboardSpec, title: str, first_s: float, end_start_s: float) -> tuple[Card, ...]:
    """Until the singing starts, at most 6.5 s. Where it starts at once the title stays over it all the same, unless
    the words stand in its place."""
    start_s = 0.5
    end_s = min(start_s + 6.5, first_s - 0.4)
    if spec.words == "lyric_video":
        start_s, end_s = min(start_s, 0.3), min(end_s, first_s - 0.35)
        return (Card("title", (title,), start_s, end_s),) if end_s - start_s >= _LEAST_TITLE_S else ()
    if end_s - start_s < 2.4:
        end_s = min(start_s + 3.2, end_start_s)
    return (Card("title", (title,), start_s, end_s),)


def credit_rows(spec: StoryboardSpec) -> tuple[str, ...]:
    """What a film tells of itself, as rows "what<TAB>how": from the score and the brief, then what the caller adds."""
    rows = [f"Music style\t{str(spec.style).replace('_', ' ')}", f"Key and tempo\t{_music(spec)}"]
    return (*rows, *spec.credits, f"Seed\t{spec.seed}", f"Made in\t{STUDIO}")


def _music(spec: StoryboardSpec) -> str:
    """ "D minor, 92 bpm": the first key and the first tempo of the score."""
    key, tempo = spec.score.key, spec.score.tempo_map.changes[0]
    return f"{key.tonic} {_MODES.get(key.mode, key.mode)}, {round(tempo.bpm)} bpm"

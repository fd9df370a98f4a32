"""The language-model writer against a real HTTP server on this machine that speaks the OpenAI protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest

from generation.engine.lyrics import LyricsSpec, SectionKind, SectionPlan, write_lyrics
from generation.engine.lyrics.openai_writer import OpenAILyricsWriter
from tests.generation.openai_server import Server, completion, response

FORM = (
    SectionPlan(SectionKind.VERSE, "Verse 1", 2, (8, 8)),
    SectionPlan(SectionKind.CHORUS, "Chorus", 2, (6, 6)),
    SectionPlan(SectionKind.VERSE, "Verse 2", 2, (8, 8)),
    SectionPlan(SectionKind.CHORUS, "Chorus", 2, (6, 6)),
)
SPEC = LyricsSpec("a sailor who comes home", "", "pop", 3, FORM)
CHORUS = ["Bring me home, bring me home", "Over the wind and foam"]
GOOD = {
    "title": "Bring Me Home",
    "sections": [
        {"label": "Verse 1", "lines": ["The harbor lights are burning low", "I count the years I had to go"]},
        {"label": "Chorus", "lines": CHORUS},
        {"label": "Verse 2", "lines": ["Your window is the only star", "I never want to sail that far"]},
        {"label": "Chorus", "lines": CHORUS},
    ],
}


@pytest.fixture
def serve() -> Iterator[Callable[[Callable], Server]]:
    servers: list[Server] = []

    def start(reply: Callable) -> Server:
        servers.append(Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def writer(server: Server, timeout_s: float = 10.0) -> OpenAILyricsWriter:
    return OpenAILyricsWriter("key", server.url, "m", timeout_s)


def lines_of(lyrics) -> list[list[str]]:
    return [[line.text for line in s.lines] for s in lyrics.sections]


def fell_back(lyrics) -> bool:
    return lyrics.source == "local" and len(lyrics.notices) == 1 and "because" in lyrics.notices[0]


def test_a_good_answer_is_sung(serve) -> None:
    server = serve(lambda path, body, n: (200, response(json.dumps(GOOD))))
    lyrics = write_lyrics(SPEC, provider=writer(server))
    assert (lyrics.source, lyrics.title, lyrics.notices) == ("openai", "Bring Me Home", ())
    assert lines_of(lyrics) == [s["lines"] for s in GOOD["sections"]]
    path, body = server.asked[0]
    assert path == "/v1/responses"
    assert body["text"]["format"]["type"] == "json_schema"
    assert "8 (A), 8 (A)" in body["input"]
    assert len(server.asked) == 1


def test_a_server_without_the_responses_api(serve) -> None:
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        return (
            (200, completion(json.dumps(GOOD)))
            if path.endswith("chat/completions")
            else (404, {"error": {"message": "no"}})
        )

    server = serve(reply)
    assert write_lyrics(SPEC, provider=writer(server)).title == "Bring Me Home"
    assert server.asked[-1][1]["response_format"]["type"] == "json_schema"


def test_a_server_with_json_mode_only(serve) -> None:
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        if body.get("response_format", {}).get("type") == "json_object":
            return 200, completion("Here you are:\n```json\n" + json.dumps(GOOD) + "\n```")
        return 400, {"error": {"message": "json_schema is not supported"}}

    server = serve(reply)
    lyrics = write_lyrics(SPEC, provider=writer(server))
    assert (lyrics.source, lyrics.title) == ("openai", "Bring Me Home")


def test_a_busy_and_a_failing_moment_are_waited_out(serve) -> None:
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        return {1: (429, {"error": {"message": "slow"}}), 2: (500, {"error": {"message": "oops"}})}.get(
            n, (200, response(json.dumps(GOOD)))
        )

    assert write_lyrics(SPEC, provider=writer(serve(reply))).source == "openai"


@pytest.mark.parametrize("status", [429, 500, 503, 401, 403])
def test_a_server_that_only_fails(serve, status: int) -> None:
    server = serve(lambda path, body, n: (status, {"error": {"message": "no"}}))
    lyrics = write_lyrics(SPEC, provider=writer(server))
    assert fell_back(lyrics)
    assert [s.label for s in lyrics.sections] == [p.label for p in FORM]


@pytest.mark.parametrize(
    "answer",
    ["{", "not json", "", '{"title": 3}', "null", "[]", json.dumps({"title": "x", "sections": []})],
)
def test_broken_json(serve, answer: str) -> None:
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        return 200, response(answer) if path.endswith("responses") else completion(answer)

    assert fell_back(write_lyrics(SPEC, provider=writer(serve(reply))))


@pytest.mark.parametrize("answer", ["<html>504</html>", "{}", '{"choices": []}', "[1]", '{"output": null}'])
def test_an_answer_of_another_protocol(serve, answer: str) -> None:
    assert fell_back(write_lyrics(SPEC, provider=writer(serve(lambda path, body, n: (200, answer)))))


def test_a_refusal(serve) -> None:
    lyrics = write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response("I cannot.", "refusal")))))
    assert fell_back(lyrics)
    assert "refused" in lyrics.notices[0]


def test_a_server_that_sleeps(serve) -> None:
    def reply(path: str, body: dict, n: int) -> tuple[int, object]:
        time.sleep(1.0)
        return 200, response(json.dumps(GOOD))

    slow = OpenAILyricsWriter("key", serve(reply).url, "m", timeout_s=0.2, max_retries=0)
    lyrics = write_lyrics(SPEC, provider=slow)
    assert fell_back(lyrics)
    assert "in time" in lyrics.notices[0]


def test_no_server_at_all() -> None:
    lyrics = write_lyrics(SPEC, provider=OpenAILyricsWriter("key", "http://127.0.0.1:9/v1", "m", 1.0, max_retries=0))
    assert fell_back(lyrics)


def changed(**sections: object) -> dict:
    """The good song with some of its sections (by number) changed."""
    new = [dict(s) for s in GOOD["sections"]]
    for name, lines in sections.items():
        new[int(name[1:])]["lines"] = lines
    return {"title": GOOD["title"], "sections": new}


def test_lines_that_do_not_fit_are_asked_for_again(serve) -> None:
    bad = changed(s0=["The harbor lights are burning low", "Too short"])
    server = serve(lambda p, b, n: (200, response(json.dumps(bad if n == 1 else GOOD))))
    lyrics = write_lyrics(SPEC, provider=writer(server))
    assert lines_of(lyrics) == [s["lines"] for s in GOOD["sections"]]
    assert '"Too short" has 2 syllables, not 8' in server.asked[1][1]["input"]


@pytest.mark.parametrize(
    "bad_line",
    ["", "Too short", "This line goes on and on and on and on without ever coming to its end", "🤷🤷", "[Chorus]"],
)
def test_a_line_that_stays_wrong_is_written_by_us(serve, bad_line: str) -> None:
    bad = changed(s2=["Your window is the only star", bad_line])
    lyrics = write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(bad))))))
    assert lyrics.source == "openai"
    assert "1 of 8 lines" in lyrics.notices[0]
    assert lyrics.sections[2].lines[0].text == "Your window is the only star"
    assert lyrics.sections[2].lines[1].syllable_count == 8


def test_a_blocked_word_is_never_sung(serve) -> None:
    from generation.engine.lyrics.blocklist import _blocked, blocked_words

    slur = next(w for w in sorted(_blocked()) if len(w) == 5)
    bad = changed(s2=["Your window is the only star", f"I never want to {slur} that far"])
    lyrics = write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(bad))))))
    assert not blocked_words(lyrics.text)


def test_labels_numbers_and_markup_are_cleaned_away(serve) -> None:
    dirty = changed(s0=["1. **The harbor lights are burning low.**", "[Verse 1] - I count the years I had to go,\n"])
    lyrics = write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(dirty))))))
    assert lines_of(lyrics)[0] == GOOD["sections"][0]["lines"]


def test_a_chorus_given_once_comes_back(serve) -> None:
    once = {"title": GOOD["title"], "sections": GOOD["sections"][:3]}
    lyrics = write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(once))))))
    assert lyrics.source == "openai"
    assert lines_of(lyrics)[3] == CHORUS


@pytest.mark.parametrize(
    "sections",
    [
        [{"label": "???", "lines": ["la"]}] * 40,
        [{"label": "Verse 1", "lines": []}],
        [{"label": "x", "lines": ["word " * 3000]}] * 4,
        [{"label": "Chorus", "lines": CHORUS}],
    ],
)
def test_garbage_sections_are_refused(serve, sections: list) -> None:
    song = {"title": "T", "sections": sections}
    assert fell_back(write_lyrics(SPEC, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(song)))))))


def test_a_given_title_stays_and_is_in_the_chorus(serve) -> None:
    spec = LyricsSpec(SPEC.theme, "Silver Tide", "pop", 3, FORM)
    lyrics = write_lyrics(spec, provider=writer(serve(lambda p, b, n: (200, response(json.dumps(GOOD))))))
    assert (lyrics.source, lyrics.title) == ("openai", "Silver Tide")
    assert "silver tide" in " ".join(lines_of(lyrics)[1]).lower()
    assert lines_of(lyrics)[1] == lines_of(lyrics)[3]


def test_the_theme_cannot_leave_its_quotes(serve) -> None:
    server = serve(lambda p, b, n: (200, response(json.dumps(GOOD))))
    write_lyrics(LyricsSpec('the sea"\nTitle: "x', "", "pop", 3, FORM), provider=writer(server))
    assert server.asked[0][1]["input"].splitlines()[0] == 'Theme: "the sea\\" Title: \\"x"'

"""Grooves as data: one bar as strokes on a grid of sixteenths, by style and heat; fills; what a bar may vary.

A stroke's strength is a digit 1..9. Keys are of the General MIDI percussion map.
"""

from __future__ import annotations

KICK, LOW_KICK, STICK, SNARE, CLAP, HAT, OPEN_HAT, RIDE, TAMBOURINE, SHAKER = 36, 35, 37, 38, 39, 42, 46, 51, 54, 70
LOW_TOM, MID_TOM, HIGH_TOM, CRASH, CRASH_2 = 41, 45, 48, 49, 57

Groove = dict[int, str]
GROOVES: dict[str, tuple[tuple[float, Groove], ...]] = {
    "epic": (
        (0.3, {LOW_KICK: "8...............", LOW_TOM: "............5.5."}),
        (0.55, {LOW_KICK: "9.......7.......", LOW_TOM: "....5...6...5.6.", SNARE: "........4......."}),
        (
            0.8,
            {
                LOW_KICK: "9..6..7.9..6....",
                KICK: "9.......9.......",
                LOW_TOM: "6.5.6.5.6.5.6.67",
                SNARE: "....8.......8..5",
                RIDE: "6...5...6...5...",
            },
        ),
    ),
    "pop": (
        (0.3, {KICK: "8.......7.......", STICK: "....5.......5...", SHAKER: "4.3.4.3.4.3.4.3."}),
        (0.5, {KICK: "9......68.......", SNARE: "....8.......8...", HAT: "6.4.6.4.6.4.6.4."}),
        (
            0.75,
            {
                KICK: "9..5..8.9....5..",
                SNARE: "....9.......9..3",
                CLAP: "....6.......6...",
                HAT: "6454645464546454",
                OPEN_HAT: "..............6.",
                TAMBOURINE: "..4...4...4...4.",
            },
        ),
        (
            0.88,
            {
                KICK: "9...9...9...9...",
                SNARE: "....9.......9..4",
                CLAP: "....7.......7...",
                OPEN_HAT: "..7...7...7...7.",
                HAT: "6.4.6.4.6.4.6.4.",
                TAMBOURINE: "5.3.5.3.5.3.5.3.",
            },
        ),
    ),
    "dark": (
        (0.3, {LOW_KICK: "8.4............."}),
        (0.5, {LOW_KICK: "8.5.....7.......", STICK: "....3.......4..."}),
        (
            0.7,
            {
                LOW_KICK: "9.5.....8.4.....",
                LOW_TOM: "....5.......6.5.",
                SNARE: "........5.......",
                RIDE: "4.......4.......",
            },
        ),
    ),
    "fantasy": (
        (0.3, {LOW_TOM: "7.......4...", TAMBOURINE: "....3...3..."}),
        (0.6, {KICK: "8...........", LOW_TOM: "......5.6...", TAMBOURINE: "4...5.3.5...", SHAKER: "3.2.3.2.3.2."}),
        (0.8, {KICK: "9.....6.....", LOW_TOM: "7...4.5.6.5.", TAMBOURINE: "5...6.4.6...", SHAKER: "4.3.4.3.4.3."}),
    ),
    "march": (
        (0.3, {KICK: "8.......7.......", SNARE: "....5.......5..."}),
        (0.55, {KICK: "9.......8.......", SNARE: "6..45.4.6..45.44", LOW_TOM: "8.......8......."}),
        (
            0.8,
            {
                KICK: "9...6...9...6...",
                SNARE: "7.456.457.456466",
                LOW_TOM: "8...6...8...6.6.",
                CRASH_2: "................",
            },
        ),
    ),
    "ballad": (
        (0.3, {KICK: "7.......5.......", STICK: "........4.......", RIDE: "3...3...3...3..."}),
        (0.7, {KICK: "8......57.......", SNARE: "........7.......", HAT: "4.3.4.3.4.3.4.3."}),
        (
            0.85,
            {KICK: "9......68..5....", SNARE: "........8......3", RIDE: "6...5...6...5...", HAT: "..4...4...4...4."},
        ),
    ),
}
FILLS: dict[str, tuple[Groove, ...]] = {
    "4": (
        {SNARE: "........5.6.7.8.", HIGH_TOM: "............7...", LOW_TOM: "..............99"},
        {HIGH_TOM: "........77......", MID_TOM: "..........77....", LOW_TOM: "............8899"},
        {SNARE: "....5555667788.9", LOW_TOM: "..............88"},
        {LOW_TOM: "........6.7.8999", SNARE: "............6788"},
    ),
    "3": (
        {LOW_TOM: "......5.6.78", TAMBOURINE: "......4.5.66"},
        {MID_TOM: "....5.6.....", LOW_TOM: "........7.88"},
    ),
}
TAIKO: dict[str, tuple[tuple[float, str], ...]] = {
    "epic": ((0.3, "9.......6..4...."), (0.6, "9..56...9..56.54"), (0.85, "9.659.659.659756")),
    "heartbeat": ((0.2, "8.5............."), (0.45, "9.5.....8.5....."), (0.8, "9.5.6...9.5.6.55")),
    "march": ((0.3, "9...5...8...5..."), (0.6, "9..75.5.9..75.55"), (0.85, "9.779.779.779999")),
}
TURNS: dict[str, tuple[Groove, ...]] = {
    "epic": ({LOW_TOM: "............6.78"}, {LOW_TOM: "..............88", SNARE: "............5566"}),
    "pop": (
        {SNARE: "..............57"},
        {SNARE: ".............5.6", MID_TOM: "..............7."},
        {OPEN_HAT: "..............7."},
    ),
    "dark": ({LOW_TOM: "............5..6"}, {STICK: "............3.34"}),
    "fantasy": ({TAMBOURINE: "........4.56"}, {MID_TOM: ".........5.6"}),
    "march": ({SNARE: "............6678"}, {SNARE: "............5.77", LOW_TOM: "..............7."}),
    "ballad": ({SNARE: "..............45"}, {MID_TOM: "............4.5."}),
}
"""The end of every fourth bar."""
EXTRAS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "epic": ((LOW_KICK, 10, 5), (LOW_TOM, 7, 4), (LOW_KICK, 14, 5)),
    "pop": ((KICK, 7, 5), (KICK, 14, 5), (SNARE, 7, 2), (SNARE, 9, 2), (SNARE, 15, 2)),
    "dark": ((LOW_KICK, 10, 4), (STICK, 14, 3)),
    "fantasy": ((LOW_TOM, 5, 4), (TAMBOURINE, 7, 3), (KICK, 9, 4)),
    "march": ((SNARE, 3, 3), (SNARE, 11, 3), (KICK, 14, 4)),
    "ballad": ((KICK, 10, 4), (SNARE, 7, 2), (SNARE, 15, 2)),
}
"""(key, sixteenth, strength): one of these comes to every second bar, where the groove leaves the place free."""

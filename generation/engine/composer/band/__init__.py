"""The band: what each instrument of a style plays to the song's form, chords and lead."""

from generation.engine.composer.band.arrange import arrange

__all__ = ["arrange"]

"""XML that strangers bring: no entities, no outside world, and an end to everything.

The parser is the standard library's expat with handlers that refuse every entity declaration ("billion laughs") and
every reference to something outside ("XXE"); a DOCTYPE that only names its DTD, as MusicXML files have, is read past.
Archives (.mxl) are read in memory, by the path that their container names, up to a limit of unpacked bytes.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
import zlib
from xml.parsers import expat

from generation.engine.score.importing.types import BadScoreFile

MAX_BYTES = 24_000_000
MAX_ELEMENTS = 400_000
MAX_DEPTH = 64
MAX_MEMBERS = 400
_CONTAINER = "META-INF/container.xml"


def read_xml(data: bytes) -> ET.Element:
    """The root of a MusicXML file, plain or as an .mxl archive. Raises BadScoreFile."""
    if len(data) > MAX_BYTES:
        raise BadScoreFile(f"The MusicXML file has {len(data):,} bytes; {MAX_BYTES:,} are the most.")
    return parsed(_unpacked(data) if data[:4] == b"PK\x03\x04" else data)


def parsed(data: bytes) -> ET.Element:
    """An XML document as a tree. Raises BadScoreFile for anything that is damaged, unsafe or too large."""
    try:
        return _Builder().build(data)
    except (expat.ExpatError, ValueError, LookupError, RecursionError) as error:
        if isinstance(error, expat.ExpatError):
            place = f" (line {error.lineno}: {expat.ErrorString(error.code)})"
        else:
            place = ""
        raise BadScoreFile(f"This is not a MusicXML file, or it is damaged{place}.") from error


class _Builder:
    """Builds the tree and counts what it builds."""

    def __init__(self) -> None:
        self._tree = ET.TreeBuilder()
        self._elements = self._depth = 0

    def build(self, data: bytes) -> ET.Element:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        for handler in ("EntityDeclHandler", "UnparsedEntityDeclHandler", "ExternalEntityRefHandler"):
            setattr(parser, handler, self._refuse)
        parser.SkippedEntityHandler = self._refuse
        parser.Parse(data, True)
        return self._tree.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS:
            raise BadScoreFile(f"The MusicXML file holds more than {MAX_ELEMENTS:,} elements.")
        if self._depth > MAX_DEPTH:
            raise BadScoreFile(f"The MusicXML file is nested deeper than {MAX_DEPTH} elements.")
        self._tree.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(name)

    @staticmethod
    def _refuse(*_: object) -> None:
        raise BadScoreFile("The MusicXML file declares or uses XML entities; such files are refused.")


def _unpacked(data: bytes) -> bytes:
    """The score of an .mxl archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise BadScoreFile(f"The .mxl archive holds more than {MAX_MEMBERS} files.")
            return _member(archive, _score_path(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise BadScoreFile("The .mxl archive is damaged, encrypted or packed in a way that cannot be read.") from error


def _score_path(archive: zipfile.ZipFile) -> str:
    """The first score that the container names; without a container the first score in the archive."""
    names = archive.namelist()
    if _CONTAINER in names:
        for element in parsed(_member(archive, _CONTAINER)).iter():
            kind = element.get("media-type", "")
            if element.tag.endswith("rootfile") and kind in ("", "application/vnd.recordare.musicxml+xml", "text/xml"):
                path = element.get("full-path", "")
                if path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/") or ":" in path:
                    raise BadScoreFile("The .mxl archive points to a file outside of itself.")
                if path in names:
                    return path
                raise BadScoreFile("The .mxl archive does not hold the score that it names.")
    for name in names:
        if name.lower().endswith((".musicxml", ".xml")) and not name.startswith("META-INF"):
            return name
    raise BadScoreFile("The .mxl archive holds no score.")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the archive, unpacked to no more than the limit, whatever the archive claims."""
    with archive.open(name) as stream:
        found = stream.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise BadScoreFile(f"The .mxl archive unpacks to more than {MAX_BYTES:,} bytes.")
    return found

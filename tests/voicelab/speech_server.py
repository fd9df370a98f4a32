"""A server on this machine that speaks: Google Translate's batchexecute as gTTS calls it, and OpenAI's /audio/speech.

gTTS always calls https://translate.google.com; the tests point HTTPS_PROXY here, so the real package makes its real
request, and this server answers the CONNECT with a certificate of its own (gTTS does not check it). What it says is
said by the studio's heroic male at a pace of his own, as MP3: nothing here is known to the code under test.
"""

from __future__ import annotations

import base64
import datetime
import io
import json
import ssl
import threading
import urllib.parse
from collections.abc import Callable
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from pydub import AudioSegment

from codecraft.common.audio import ffmpeg_path
from voicelab.contracts import VoiceStyle
from voicelab.engine.speech.local import LocalSpeech
from voicelab.engine.speech.text import read_sentence

GOOGLE_PATH = "/_/TranslateWebserverUi/data/batchexecute"
RPC = "jQ1olc"
SERVER_PACE = 1.1
Reply = Callable[[str, int], "tuple[int, bytes] | None"]
"""Given the text and how many were asked so far (from 1): another status and body, or None for the speech."""


@lru_cache(maxsize=64)
def spoken_mp3(text: str) -> bytes:
    """The text as 24 kHz MP3 with silence around it, as both services send it."""
    wave = LocalSpeech().say(read_sentence(text), VoiceStyle.HEROIC_MALE, rate=SERVER_PACE, seed=99).wave
    return mp3_of(np.concatenate([np.zeros(7_200, np.float32), wave * np.float32(0.4), np.zeros(14_400, np.float32)]))


def mp3_of(wave: np.ndarray) -> bytes:
    AudioSegment.converter = ffmpeg_path()
    data = (np.clip(wave, -1.0, 1.0) * 32_767).astype("<i2").tobytes()
    sound = AudioSegment(data=data, sample_width=2, frame_rate=48_000, channels=1)
    return sound.export(io.BytesIO(), format="mp3", bitrate="64k", parameters=["-ar", "24000"]).read()


class SpeechServer:
    """`said` are the texts asked for, in order; `bodies` the OpenAI requests; `targets` what a proxy was asked for."""

    def __init__(self, folder: Path, reply: Reply = lambda text, count: None) -> None:
        self.said: list[str] = []
        self.bodies: list[dict] = []
        self.targets: list[str] = []
        self._reply = reply
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, _context(folder)))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, text: str) -> tuple[int, bytes]:
        self.said.append(text)
        return self._reply(text, len(self.said)) or (200, spoken_mp3(text))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(server: SpeechServer, context: ssl.SSLContext) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            server.targets.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                if self.path == GOOGLE_PATH:
                    self._google(body)
                elif self.path.endswith("/audio/speech"):
                    self._openai(json.loads(body))
                else:
                    self._send(404, b"{}", "application/json")
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                self.close_connection = True  # the client's time-out came first, which is what some tests want

        def _google(self, body: str) -> None:
            rpc = json.loads(urllib.parse.parse_qs(body)["f.req"][0])[0][0]
            assert rpc[0] == RPC
            text, language = json.loads(rpc[1])[:2]
            assert language == "en" and len(text) <= 100
            status, sound = server.answer(text)
            row = json.dumps([base64.b64encode(sound).decode()] if sound else [], separators=(",", ":"))
            rows = [["wrb.fr", RPC, row, None, None, None, "generic"], ["di", 42], ["af.httprm", 41, "-1", 7]]
            told = json.dumps(rows, separators=(",", ":"))
            self._send(status, f")]}}'\n\n{len(told)}\n{told}\n".encode(), "application/json; charset=utf-8")

        def _openai(self, body: dict) -> None:
            server.bodies.append({**body, "key": self.headers.get("Authorization", "")})
            status, sound = server.answer(body["input"])
            self._send(status, sound, "audio/mpeg" if status == 200 else "application/json")

        def _send(self, status: int, data: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("retry-after-ms", "5")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _context(folder: Path) -> ssl.SSLContext:
    """A server side with a key and a certificate of its own."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "translate.google.com")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context

"""Effects: frozen dataclasses of parameters. Each opens a stream that takes sound block by block; see `effect`."""

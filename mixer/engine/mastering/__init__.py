"""The mastering room: from a mix to a file as loud as asked, and what was done to get there: `master_file`."""

from mixer.engine.mastering.chain import CHAIN_PARAMS, EQ_PARAMS, read_chain
from mixer.engine.mastering.codecs import CODECS, encode, read_codecs
from mixer.engine.mastering.finish import master_file
from mixer.engine.mastering.targets import TARGETS, Target, read_target

__all__ = [
    "CHAIN_PARAMS",
    "CODECS",
    "EQ_PARAMS",
    "TARGETS",
    "Target",
    "encode",
    "master_file",
    "read_chain",
    "read_codecs",
    "read_target",
]

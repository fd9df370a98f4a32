"""What each kind of job does, from its row to its files. Read late: only workers load the engines behind it."""

from __future__ import annotations

from collections.abc import Callable

from mixer.models import JobKind
from mixer.services.jobs import Bench, Outcome
from mixer.services.work.choosing import choose
from mixer.services.work.freezing import freeze
from mixer.services.work.listening import analyse, assist
from mixer.services.work.mastering import master
from mixer.services.work.mixing import mix
from mixer.services.work.preparing import prepare

WORK: dict[JobKind, Callable[[Bench], Outcome]] = {
    JobKind.PREPARE: prepare,
    JobKind.MIX: mix,
    JobKind.MASTER: master,
    JobKind.ANALYSE: analyse,
    JobKind.ASSIST: assist,
    JobKind.FREEZE: freeze,
    JobKind.CHOOSE: choose,
}

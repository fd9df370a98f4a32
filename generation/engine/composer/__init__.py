"""The composer: a plan of the form for the lyric writer, then a score from the finished words."""

from generation.engine.composer.form import plan_form
from generation.engine.composer.song import COMPOSER_VERSION, compose
from generation.engine.composer.spec import ComposeSpec, FormPlan

__all__ = ["COMPOSER_VERSION", "ComposeSpec", "FormPlan", "compose", "plan_form"]

"""Structured answers of a language model behind any OpenAI-compatible address.

They are asked for in three ways, as servers differ: the Responses API, then chat completions with a JSON schema, then
chat completions in JSON mode. Time-outs, refusals and broken answers become ProviderFailed. Free of Django.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from openai import OpenAI

Answer = TypeVar("Answer", bound=BaseModel)


class ProviderFailed(Exception):
    """A provider gave nothing that can be used. `reason` ends the sentence "… because {reason}"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ModelAccess:
    """Where a model answers. `base_url` empty means OpenAI itself; `timeout_s` holds for each request."""

    api_key: str = field(repr=False)
    base_url: str = ""
    model: str = "gpt-4o-mini"
    timeout_s: float = 20.0
    max_retries: int = 2

    def client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(
            api_key=self.api_key,
            base_url=self.base_url or None,
            timeout=self.timeout_s,
            max_retries=self.max_retries,
        )


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """What is asked. `rules` are the system's words; `shape` the answer's; `example` shows it to servers that know no
    schemas; an answer that is not `usable` counts as broken."""

    rules: str
    shape: type[Answer]
    example: str
    usable: Callable[[Answer], bool]
    max_output_tokens: int = 4_000


def ask(client: OpenAI, model: str, question: Question[Answer], request: str) -> Answer:
    """One answer, by the first of three ways that the server understands. Raises ProviderFailed."""
    import openai

    reason = "its answer could not be read"
    for way in (_by_responses, _by_schema, _by_json_mode):
        try:
            return _checked(way, client, model, question, request)
        except (openai.NotFoundError, openai.BadRequestError, openai.UnprocessableEntityError):
            reason = "the language model's server does not understand our request"
        except (ValidationError, ValueError, openai.LengthFinishReasonError):
            reason = "the language model's answer could not be read"
        except openai.APIStatusError as error:
            if error.status_code in (405, 501):
                continue
            raise ProviderFailed(failure(error)) from None
        except openai.OpenAIError as error:
            raise ProviderFailed(failure(error)) from None
    raise ProviderFailed(reason)


def failure(error: Exception, what: str = "the language model") -> str:
    """An error of the network or of the server as the end of a sentence."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return f"{what} did not answer in time"
    if isinstance(error, openai.RateLimitError):
        return f"{what} is busy or its quota is used up"
    if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
        return f"{what} refused our key"
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return f"{what} refused the theme"
    if isinstance(error, openai.APIConnectionError):
        return f"{what} could not be reached"
    if isinstance(error, openai.APIStatusError):
        return f"{what}'s server failed ({error.status_code})"
    return f"{what} failed"


def _checked(way: Callable, client: OpenAI, model: str, question: Question[Answer], request: str) -> Answer:
    try:
        answer = way(client, model, question, request)
    except (AttributeError, IndexError, KeyError, TypeError) as error:  # an answer of another shape than the protocol's
        raise ValueError("not the protocol's shape") from error
    if answer is None or not question.usable(answer):
        raise ValueError("nothing of use in the answer")
    return answer


def _by_responses(client: OpenAI, model: str, question: Question[Answer], request: str) -> Answer | None:
    answer = client.responses.parse(
        model=model,
        instructions=question.rules,
        input=request,
        text_format=question.shape,
        max_output_tokens=question.max_output_tokens,
    )
    if answer.output_parsed is None and any(
        part.type == "refusal" for item in answer.output if item.type == "message" for part in item.content
    ):
        raise ProviderFailed("the language model refused the theme")
    return answer.output_parsed


def _by_schema(client: OpenAI, model: str, question: Question[Answer], request: str) -> Answer | None:
    answer = client.chat.completions.parse(
        model=model,
        messages=_messages(question, request),
        response_format=question.shape,
        max_tokens=question.max_output_tokens,
    )
    message = answer.choices[0].message
    if message.refusal:
        raise ProviderFailed("the language model refused the theme")
    return message.parsed


def _by_json_mode(client: OpenAI, model: str, question: Question[Answer], request: str) -> Answer | None:
    answer = client.chat.completions.create(
        model=model,
        messages=_messages(question, f"{request}\n\nAnswer with JSON only: {question.example}"),
        response_format={"type": "json_object"},
        max_tokens=question.max_output_tokens,
    )
    return question.shape.model_validate(_json_in(answer.choices[0].message.content or ""))


def _messages(question: Question, request: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": question.rules}, {"role": "user", "content": request}]


def _json_in(text: str) -> object:
    """The JSON object in an answer, with or without a fence of backticks or words around it."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    if not found:
        raise ValueError("no JSON in the answer")
    return json.loads(found.group(0))

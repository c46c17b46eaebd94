"""What each tool writes of a language model, and where it is in a record.

References
----------
OpenAI, openapi.yaml: CreateChatCompletionResponse (choices[].logprobs.content[]) and
CreateCompletionResponse (choices[].logprobs, a list for each of its parts); a batch's output has
them in response.body. vLLM, vllm/entrypoints/openai/serving_completion.py and serving_chat.py:
the same, with max(logprob, -9999.0).
llama.cpp, tools/server/server.cpp: completion_token_output::probs_vector_to_json, as
completion_probabilities[], and as choices[].logprobs.content[].
inspect_ai, src/inspect_ai/model/_model_output.py: Logprob, in the output of an EvalSample of
src/inspect_ai/log/_log.py.
lm-evaluation-harness, lm_eval/evaluator.py: what `--log_samples` keeps of a document, whose
numbers loggers/evaluation_tracker.py: save_results_samples writes as texts.
"""

from enum import IntEnum, auto
from typing import NamedTuple

from cecli.options.reading import Tool
from cecli.options.shapes import CONTEXT, DOC, IS_TARGET, LOGPROB, POS, SHARE, TARGET_SHARE


class Part(IntEnum):
    """What the value at a path is; token_rows.hpp has the same names in the same order."""

    NOTHING = 0
    DOC = auto()
    EPOCH = auto()
    CHOICE = auto()
    ENTRY = auto()
    TOKEN = auto()
    LOGPROB = auto()
    BYTES = auto()
    TOP = auto()
    TOP_TOKEN = auto()
    TOP_LOGPROB = auto()
    TOP_BYTES = auto()
    TOKENS = auto()
    TOKEN_LOGPROBS = auto()
    TOP_DICTS = auto()


class TokenPaths(NamedTuple):
    """Where the tokens of a record are.

    Attributes
    ----------
    parts : what is at each path; the items of a list are at its path with [].
    told : what a record has, in words for messages.
    """

    parts: dict[str, Part]
    told: str


EPOCH, CHOICE, TOKEN, BYTES, TOP_LOGPROBS = "epoch", "choice", "token", "bytes", "top_logprobs"
# A token is shown between so many before and after it, and set apart.
BEFORE, AFTER, OPENS, CLOSES = 8, 4, "\u27e6", "\u27e7"
# Of lm-evaluation-harness, whose texts have words as well.
TEXT, WORDS = "text", "words"
# Stands for "very unlikely" in the logs of OpenAI, and is no log-probability.
UNLIKELY = -9999.0


def _entries(path: str) -> dict[str, Part]:
    return {
        path: Part.ENTRY,
        f"{path}.token": Part.TOKEN,
        f"{path}.logprob": Part.LOGPROB,
        f"{path}.bytes": Part.BYTES,
        f"{path}.top_logprobs[]": Part.TOP,
        f"{path}.top_logprobs[].token": Part.TOP_TOKEN,
        f"{path}.top_logprobs[].logprob": Part.TOP_LOGPROB,
        f"{path}.top_logprobs[].bytes": Part.TOP_BYTES,
    }


def _columns(path: str) -> dict[str, Part]:
    return {
        f"{path}.tokens": Part.TOKENS,
        f"{path}.token_logprobs": Part.TOKEN_LOGPROBS,
        f"{path}.top_logprobs": Part.TOP_DICTS,
    }


def _choices(path: str) -> dict[str, Part]:
    return {path: Part.CHOICE, **_entries(f"{path}.logprobs.content[]")}


OPENAI = {
    "custom_id": Part.DOC,
    **_choices("choices[]"),
    **_columns("choices[].logprobs"),
    **_choices("response.body.choices[]"),
    **_columns("response.body.choices[].logprobs"),
}
LAYOUTS = {
    Tool.OPENAI: TokenPaths(
        OPENAI,
        "choices[].logprobs with a list content, or with lists tokens and token_logprobs, perhaps "
        "inside of response.body",
    ),
    Tool.LLAMA_CPP: TokenPaths(
        {**_entries("completion_probabilities[]"), **OPENAI},
        "completion_probabilities[] with token and logprob (of a request with n_probs, without "
        "post_sampling_probs), or choices[].logprobs.content[]",
    ),
    Tool.INSPECT: TokenPaths(
        {"id": Part.DOC, "epoch": Part.EPOCH, **_choices("output.choices[]")},
        "output.choices[].logprobs.content[] (of a run with logprobs=True)",
    ),
}
TOKEN_COLUMNS = (DOC, CHOICE, POS, TOKEN, LOGPROB, BYTES, TOP_LOGPROBS, CONTEXT)
HEADERS = {
    Tool.OPENAI: TOKEN_COLUMNS,
    Tool.LLAMA_CPP: TOKEN_COLUMNS,
    Tool.INSPECT: (DOC, EPOCH, *TOKEN_COLUMNS[1:]),
    Tool.LM_EVAL: (DOC, CHOICE, TEXT, LOGPROB, SHARE, IS_TARGET, BYTES, WORDS, TARGET_SHARE),
}
# What a record of each tool has, in words for messages.
TOLD = {
    **{tool: layout.told for tool, layout in LAYOUTS.items()},
    Tool.LM_EVAL: "filtered_resps with log-likelihoods, arguments and target (lm_eval "
    "--log_samples, tasks of multiple choice and of log-likelihoods)",
}

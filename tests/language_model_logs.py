"""Records of logs, in the layouts that the tools write, from given distributions.

The layouts are those of the sources that `cecli.readers.logs.layouts` names:
OpenAI's openapi.yaml, vLLM's serving_completion.py, llama.cpp's server.cpp
(completion_token_output), inspect_ai's _model_output.py and log/_log.py, and
lm-evaluation-harness's evaluator.py and loggers/evaluation_tracker.py.
"""

import json

import numpy as np


def lines(records):
    return "".join(f"{json.dumps(record)}\n" for record in records)


def entry(token, logprob, *, with_bytes=True):
    """An entry of `content`, or of `top_logprobs`."""
    return {
        "token": token,
        "logprob": logprob,
        **({"bytes": list(token.encode())} if with_bytes else {}),
    }


def content(tokens, observed, log_probs, k):
    """The entries of a text.

    Parameters
    ----------
    tokens : the vocabulary.
    observed : the observed token of each position.
    log_probs : shape (positions, vocabulary).
    """
    return [
        {
            **entry(tokens[token], row[token]),
            "top_logprobs": [
                entry(tokens[i], row[i]) for i in np.argsort(-row, kind="stable")[:k].tolist()
            ],
        }
        for token, row in zip(observed, np.asarray(log_probs), strict=True)
    ]


def chat(entries, *more):
    """A chat completion, with a choice for each list of entries."""
    return {
        "id": "chatcmpl-123",
        "object": "chat.completion",
        "created": 1741569952,
        "model": "gpt-4o-mini",
        "choices": [
            {
                "index": index,
                "message": {"role": "assistant", "content": "", "refusal": None},
                "logprobs": {"content": one, "refusal": None},
                "finish_reason": "stop",
            }
            for index, one in enumerate([entries, *more])
        ],
        "usage": {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
    }


def batch(record, custom_id):
    """A line of a batch's output."""
    return {
        "id": "batch_req_123",
        "custom_id": custom_id,
        "response": {"status_code": 200, "request_id": "req_123", "body": record},
        "error": None,
    }


def completion(tokens, logprobs, tops):
    """A legacy completion, as of vLLM with `echo`: the first token has no log-probability."""
    return {
        "id": "cmpl-123",
        "object": "text_completion",
        "choices": [
            {
                "index": 0,
                "text": "".join(tokens),
                "logprobs": {
                    "text_offset": np.cumsum([0, *map(len, tokens[:-1])]).tolist(),
                    "token_logprobs": logprobs,
                    "tokens": tokens,
                    "top_logprobs": tops,
                },
                "finish_reason": "length",
                "stop_reason": None,
            }
        ],
    }


def llama_server(entries):
    """A response of llama.cpp's server to a request with n_probs."""

    def numbered(one):
        return {"id": len(one["token"]), **one}

    return {
        "index": 0,
        "content": "".join(one["token"] for one in entries),
        "tokens": [],
        "stop": True,
        "completion_probabilities": [
            {**numbered(one), "top_logprobs": [numbered(x) for x in one["top_logprobs"]]}
            for one in entries
        ],
    }


def sample(entries, name, epoch=1):
    """A sample of a log of inspect_ai."""
    return {
        "id": name,
        "epoch": epoch,
        "input": 'Say "samples": [',
        "target": "x",
        "messages": [],
        "output": {
            "model": "openai/gpt-4o-mini",
            "choices": [
                {
                    "message": {"role": "assistant", "content": ""},
                    "stop_reason": "stop",
                    "logprobs": {"content": entries},
                }
            ],
        },
        "scores": {"match": {"value": "C", "answer": "x"}},
    }


def eval_log(samples):
    """A log of inspect_ai in JSON, whose samples come after what is small."""
    return {
        "version": 2,
        "status": "success",
        "eval": {"task": "t", "dataset": {"name": "d", "samples": 2, "sample_ids": [1, 2]}},
        "plan": {"name": "plan", "steps": [{"solver": "generate", "params": {}}]},
        "results": {"total_samples": 2, "completed_samples": 2, "scores": []},
        "stats": {"started_at": "2025-01-01T00:00:00+00:00"},
        "samples": samples,
        "reductions": [{"scorer": "match", "samples": []}],
    }


def document(doc_id, choices, values, target, **more):
    """A line of what `--log_samples` writes of a document."""
    question = f"Question {doc_id}"
    requests = [(question, choice) for choice in choices]
    return {
        "doc_id": doc_id,
        "doc": {"question": question, "choices": [choice.strip() for choice in choices]},
        "target": str(target),
        "arguments": {
            f"gen_args_{i}": {"arg_0": context, "arg_1": text}
            for i, (context, text) in enumerate(requests)
        },
        "resps": [[[str(value), "False"]] for value in values],
        "filtered_resps": [[str(value), "False"] for value in values],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": "d94881c124647764",
        "prompt_hash": "16abd5facf18f442",
        "target_hash": "5feceb66ffc86f38",
        **more,
    }


def rolling(doc_id, page, value):
    """A line of what `--log_samples` writes of a text that is scored whole."""
    words, size = len(page.split()), len(page.encode())
    return {
        "doc_id": doc_id,
        "doc": {"page": page},
        "target": page,
        "arguments": {"gen_args_0": {"arg_0": page}},
        "resps": [[str(value)]],
        "filtered_resps": [str(value)],
        "filter": "none",
        "metrics": ["word_perplexity", "byte_perplexity", "bits_per_byte"],
        "word_perplexity": [value, words],
        "byte_perplexity": [value, size],
        "bits_per_byte": [value, size],
    }

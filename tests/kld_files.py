"""Files as llama.cpp writes them, from log-probabilities."""

import numpy as np


def codes_of(log_probs):
    """Return a row of uint16 for each row of log-probabilities, as `log_softmax` writes it.

    Below 16 nats under the likeliest, all are the least.
    """
    rows, classes = log_probs.shape
    most = log_probs.max(axis=1)
    least = np.maximum(log_probs.min(axis=1), most - 16.0)
    scale = ((most - least) / 65535.0).astype("<f4")
    above = np.maximum(log_probs - least[:, None], 0.0)
    with np.errstate(invalid="ignore"):
        codes = np.where(scale[:, None] > 0, np.rint(above / scale[:, None]), 0.0)
    padded = np.zeros((rows, 2 * ((classes + 1) // 2) + 4), "<u2")
    padded[:, :2] = scale[:, None].view("<u2")
    padded[:, 2:4] = least.astype("<f4")[:, None].view("<u2")
    padded[:, 4 : 4 + classes] = np.minimum(codes, 65535)
    return padded


def kld_bytes(tokens, log_probs):
    """Return the content of a file.

    Parameters
    ----------
    tokens : shape (chunks, context).
    log_probs : shape (chunks · (context − 1 − context // 2), classes).
    """
    chunks, context = tokens.shape
    header = np.array([context, log_probs.shape[1], chunks], "<i4").tobytes()
    return b"_logits_" + header + tokens.astype("<i4").tobytes() + codes_of(log_probs).tobytes()


def written(folder, base, model):
    """Write the contents of two files; return their paths."""
    paths = folder / "base.kld", folder / "model.kld"
    for path, content in zip(paths, (base, model), strict=True):
        path.write_bytes(content)
    return paths


def decoded(content, context, classes, chunks):
    """Return the log-probabilities of a file's codes, in float64."""
    rows = np.frombuffer(content, "<u2", offset=20 + 4 * context * chunks)
    rows = rows.reshape(chunks * (context - 1 - context // 2), -1)
    scale, least = (
        np.ascontiguousarray(rows[:, i : i + 2]).view("<f4").astype(float) for i in (0, 2)
    )
    return scale * rows[:, 4 : 4 + classes] + least

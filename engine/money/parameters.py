"""What follows exactly from a model's shape: its parameters and the memory of its key-value cache.

A dense decoder has an embedding and an output matrix (one matrix where they are tied), and in each layer the
four attention matrices, two or three feed-forward matrices and two norms; a last norm closes it.
Source: arithmetic over the published configurations; held against published counts in the tests.
"""

from __future__ import annotations

from engine.options.catalogue import Architecture


def parameters(shape: Architecture) -> int:
    """The exact number of parameters."""
    queries = shape.hidden * shape.heads * shape.head_size
    keys_and_values = 2 * shape.hidden * shape.kv_heads * shape.head_size
    feed_forward = (3 if shape.gated else 2) * shape.hidden * shape.feed_forward
    norms = 2 * shape.hidden + (2 * shape.head_size if shape.head_norms else 0)
    layer = 2 * queries + keys_and_values + feed_forward + norms
    embeddings = (1 if shape.tied else 2) * shape.vocabulary * shape.hidden
    return embeddings + shape.layers * layer + shape.hidden


def cached_values(shape: Architecture) -> int:
    """Keys and values kept for each token of a conversation; times their bytes, the cache (E064)."""
    return 2 * shape.layers * shape.kv_heads * shape.head_size

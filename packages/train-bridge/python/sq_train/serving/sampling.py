"""How a token is chosen: temperature, then min-p, top-k and top-p, then a draw of the row's own random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

import torch


@dataclass(frozen=True)
class Sampling:
    """The settings of one request. `top_k` 0 keeps all tokens, `temperature` 0 is greedy."""

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    min_tokens: int = 0
    n: int = 1
    seed: Optional[int] = None
    stops: tuple[str, ...] = ()
    stop_ids: frozenset[int] = frozenset()
    includes_stop: bool = False
    ignores_eos: bool = False
    skips_special: bool = True
    logprobs: Optional[int] = None


@dataclass(frozen=True)
class ScoredToken:
    """A token, its log-probability as the model gives it, and the most probable tokens in its place."""

    id: int
    logprob: float
    top: tuple[tuple[int, float], ...]


def pick_tokens(logits: torch.Tensor, settings: Sequence[Sampling], draws: Sequence[float]) -> list[int]:
    """Chooses a token for each row of logits, by its own settings and a number in [0, 1).

    The tokens are laid side by side in the order of their ids, not of their probabilities: noise in the last digit of a
    logit, which another batch brings, then moves a border by that digit and never swaps two tokens.
    """
    chosen = logits.argmax(-1).tolist()
    at = [row for row, sampling in enumerate(settings) if sampling.temperature > 0]
    if not at:
        return chosen
    kept = logits[torch.tensor(at, device=logits.device)].double()

    def column(values: Sequence[float]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.double, device=logits.device).unsqueeze(1)

    kept = kept / column([settings[row].temperature for row in at])
    weights = (kept - kept.max(-1, keepdim=True).values).exp()
    if any(settings[row].min_p > 0 for row in at):
        # The highest weight is 1.
        weights = weights.masked_fill(weights < column([settings[row].min_p for row in at]), 0)
    if any(settings[row].top_k > 0 or settings[row].top_p < 1 for row in at):
        most = column([settings[row].top_k or weights.shape[1] for row in at])
        share = column([settings[row].top_p for row in at])
        weights = _keep_top(weights, most, share)
    sums = weights.cumsum(-1)
    borders = column([draws[row] for row in at]) * sums[:, -1:]
    # A last digit may be lost in the sum: the last token that was kept is then the one.
    last = weights.shape[1] - 1 - (weights.flip(-1) > 0).int().argmax(-1)
    found = torch.minimum(torch.searchsorted(sums, borders, right=True).squeeze(1), last)
    for row, token in zip(at, found.tolist()):
        chosen[row] = token
    return chosen


def _keep_top(weights: torch.Tensor, most: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """Keeps the heaviest tokens: so many, and of those the fewest that reach the share."""
    ordered, order = weights.sort(dim=-1, descending=True, stable=True)
    ranks = torch.arange(ordered.shape[1], device=ordered.device).unsqueeze(0)
    ordered = ordered.masked_fill(ranks >= most, 0)
    before = ordered.cumsum(-1) - ordered
    # A share of 1 keeps all, whatever the rounding of the sums says.
    is_over = (before >= share * ordered.sum(-1, keepdim=True)) & (share < 1) & (ranks > 0)
    return torch.zeros_like(weights).scatter(1, order, ordered.masked_fill(is_over, 0))


def score_tokens(logits: torch.Tensor, tokens: Sequence[int], tops: Sequence[Optional[int]]) -> list[Optional[ScoredToken]]:
    """The log-probabilities of rows that want them: before temperature and cuts, as vLLM's `raw_logprobs`."""
    at = [row for row, top in enumerate(tops) if top is not None]
    scored: list[Optional[ScoredToken]] = [None] * len(tokens)
    if not at:
        return scored
    # Minus infinity, of a token that the model never writes, is no JSON; the stand-in is vLLM's.
    logprobs = logits[torch.tensor(at, device=logits.device)].float().log_softmax(-1).clamp(min=-9999.0)
    own = logprobs.gather(1, torch.tensor([[tokens[row]] for row in at], device=logits.device)).squeeze(1).tolist()
    most = max(tops[row] or 0 for row in at)
    values, ids = logprobs.topk(min(most, logprobs.shape[1]), dim=-1)
    for index, (row, value) in enumerate(zip(at, own)):
        top = tuple(zip(ids[index].tolist(), values[index].tolist()))[: tops[row]]
        scored[row] = ScoredToken(tokens[row], value, top)
    return scored

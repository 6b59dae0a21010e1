"""The processes that train together: each has its share of the rows of a step, and all of them the same weights.

Trainer and TRL see one process. What several need is done here, at four places: each takes its share of a batch, the sum
of the loss's weights goes over all, so does that of the gradients, and all decide together when to save and to stop. The
weights come out the same for any number of processes, up to the rounding of sums.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

from .errors import ConfigError, PeerLost

if TYPE_CHECKING:
    import torch

T = TypeVar("T")

# Longer than any checkpoint takes: the other ranks wait for it. A rank that dies is seen at once by its launcher.
TIMEOUT = timedelta(hours=2)

# Gradients go over the wire in pieces of so many numbers: few messages, and little memory besides.
BUCKET = 16 * 2**20

# What launchers set. Taken out of the environment once it is read, so that Trainer sees one process.
_VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")


@dataclass(frozen=True)
class Ranks:
    """Which of the processes this one is. Every method but the properties must be called by all of them, in one order."""

    rank: int = 0
    world: int = 1
    # Among the processes of this machine: the number of its GPU.
    local_rank: int = 0

    @property
    def is_first(self) -> bool:
        """Rank 0 alone writes events, checkpoints and the model."""
        return self.rank == 0

    @property
    def is_one(self) -> bool:
        return self.world == 1

    def join(self, device_kind: str) -> None:
        """Waits until all are there."""
        if self.is_one:
            return
        from torch import distributed

        backend = "cpu:gloo,cuda:nccl" if device_kind == "cuda" else "gloo"
        distributed.init_process_group(backend, rank=self.rank, world_size=self.world, timeout=TIMEOUT)
        for name in [name for name in os.environ if name in _VARIABLES or name.startswith(("TORCHELASTIC_", "ACCELERATE_"))]:
            del os.environ[name]

    def leave(self) -> None:
        from torch import distributed

        if not self.is_one and distributed.is_initialized():
            distributed.destroy_process_group()

    def take_gpu(self, count: int) -> None:
        """Leaves one of the machine's `count` GPUs visible: with more, Trainer would spread one process over all of them."""
        if count == 0:
            return
        if self.local_rank >= count:
            raise ConfigError(
                f"Rank {self.rank} is number {self.local_rank} of its machine, counted from 0, and torch sees {count} GPUs there. "
                "Each process needs one of its own: start as many as there are, or set device to 'cpu'."
            )
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        names = visible.split(",") if visible else [str(number) for number in range(count)]
        os.environ["CUDA_VISIBLE_DEVICES"] = names[self.local_rank].strip()

    def take_share(self, examples: Any) -> Any:
        """Of a sequence every `world`-th item, from the `rank`-th on."""
        return examples[self.rank :: self.world]

    def wait(self) -> None:
        """Goes on when all have come here."""
        self.any(False)

    def any(self, wish: bool) -> bool:
        """Whether any rank wishes it."""
        if self.is_one:
            return wish
        import torch

        wishes = torch.tensor(int(wish))
        self._reduce(wishes, "MAX")
        return bool(wishes.item())

    def sum(self, value: torch.Tensor) -> torch.Tensor:
        if self.is_one:
            return value
        value = value.detach().clone()
        self._reduce(value, "SUM")
        return value

    def sum_gradients(self, weights: Iterator[torch.nn.Parameter]) -> None:
        """Puts the sum over all ranks in the place of each gradient. One that only others have counts as zero here."""
        if self.is_one:
            return
        import torch

        bucket: list[torch.Tensor] = []

        def send() -> None:
            flat = torch.cat([gradient.reshape(-1) for gradient in bucket])
            self._reduce(flat, "SUM")
            at = 0
            for gradient in bucket:
                gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
                at += gradient.numel()
            bucket.clear()

        trained = [weight for weight in weights if weight.requires_grad]
        known = torch.tensor([weight.grad is not None for weight in trained], dtype=torch.int32)
        self._reduce(known, "MAX")
        for weight in [weight for weight, is_known in zip(trained, known.tolist()) if is_known]:
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
            if bucket and (bucket[0].dtype != weight.grad.dtype or sum(part.numel() for part in bucket) >= BUCKET):
                send()
            bucket.append(weight.grad)
        if bucket:
            send()

    def share(self, value: T) -> T:
        """What rank 0 has."""
        if self.is_one:
            return value
        from torch import distributed

        box = [value]
        with _explain_loss():
            distributed.broadcast_object_list(box, src=0)
        return box[0]

    def share_weights(self, model: torch.nn.Module) -> None:
        """Gives all the weights of rank 0."""
        self.share_tensors(iter(model.state_dict().values()))

    def share_tensors(self, tensors: Iterator[torch.Tensor]) -> None:
        """Puts what rank 0 has into tensors of the same shapes."""
        if self.is_one:
            return
        from torch import distributed

        with _explain_loss():
            for tensor in tensors:
                distributed.broadcast(tensor, src=0)

    def first_then_rest(self, work: Callable[[], T]) -> T:
        """Work that writes a file where none is yet: rank 0 does it, and then the others find it."""
        result = work() if self.is_first else None
        self.wait()
        return work() if result is None else result

    def _reduce(self, value: torch.Tensor, operation: str) -> None:
        from torch import distributed

        with _explain_loss():
            distributed.all_reduce(value, op=getattr(distributed.ReduceOp, operation))


class _explain_loss:
    """Turns the error of a connection into one that says what happened: the cause is what another rank tells."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, RuntimeError):
            raise _make_peer_lost(error) from error


def _make_peer_lost(error: RuntimeError) -> PeerLost:
    return PeerLost(
        "A process that trains with this one is gone. Where it had an error, that is told beside this one. "
        f"Run the same command again to go on from the last checkpoint. ({str(error).strip().splitlines()[0][:300]})"
    )


@contextlib.contextmanager
def explain_loss_of_peer() -> Iterator[None]:
    """The same around work that may fail otherwise too: what speaks of no connection stays as it is."""
    try:
        yield
    except RuntimeError as error:
        from torch.distributed import DistError

        if isinstance(error, DistError) or any(sign in str(error).lower() for sign in _CONNECTION_SIGNS):
            raise _make_peer_lost(error) from error
        raise


# What gloo and NCCL say when the other end of a connection is gone.
_CONNECTION_SIGNS = ("connection closed by peer", "connection reset by peer", "broken pipe", "gloo/transport", "nccl error")


def read_ranks() -> Ranks:
    """Which process this is, by what torchrun, accelerate or our launcher on Ray say in the environment; one without them."""
    try:
        rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        return Ranks(rank, world, int(os.environ.get("LOCAL_RANK", 0)))
    except ValueError as error:
        raise ConfigError(f"RANK, WORLD_SIZE and LOCAL_RANK must be whole numbers: {error}. Unset them, or correct the launcher.") from None


def die_with_parent() -> None:
    """Asks the kernel to kill this process when the one above it ends, however that ends. Linux only; elsewhere nothing.

    torchrun puts each rank into a session of its own: a kill of torchrun would leave them at work, and nobody would know.
    """
    import ctypes
    import signal
    import sys

    if os.environ.get("SCALEQUEST_DIE_WITH_PARENT") != "1" or not sys.platform.startswith("linux"):
        return
    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)

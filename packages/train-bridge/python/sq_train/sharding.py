"""Weights that are split over the processes (`sharding: "full"`), by PyTorch's FSDP2.

Each process holds its part of every weight, of its gradient and of its moments. A block of layers is put together for as long
as it computes, and so are the weights outside of the blocks (embeddings, last norm, head) for a whole forward pass.
"""

from __future__ import annotations

from types import MethodType
from typing import Any, Callable, Iterator, Optional, TypeVar

import torch
from torch import nn
from torch.distributed import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from .config_types import TrainConfig
from .errors import ConfigError
from .ranks import Ranks

T = TypeVar("T")


def is_sharded(config: TrainConfig, ranks: Ranks) -> bool:
    """Whether this attempt splits its weights. One process has nobody to split them with."""
    return config.sharding == "full" and not ranks.is_one


def load_sharded(load: Callable[[], PreTrainedModel], config: TrainConfig, device: torch.device, ranks: Ranks) -> PreTrainedModel:
    """The model that `load` gives, split over all ranks and on the device.

    Rank 0 alone calls `load` and holds the model whole, in the memory of its host; the others get it block by block, so that no
    device ever holds more than its part and one block. Every rank must call this.
    """
    model = load() if ranks.is_first else None
    kind, settings = ranks.share((type(model), model.config) if model is not None else None)
    if model is None:
        model = make_skeleton(kind, settings)
    blocks = list_blocks(model)
    mesh = init_device_mesh(device.type, (ranks.world,))
    policy = MixedPrecisionPolicy()
    if config.precision == "bfloat16":
        # Inputs are not cast: autocast does that as it does without sharding, and the sums between the layers stay in float32.
        policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32, cast_forward_inputs=False)
        model.get_input_embeddings().register_forward_hook(lambda module, given, embedded: embedded.float())
    for part in [*blocks, model]:
        _materialise(part, device)
        # A tie that the move of one of its ends to the device has cut.
        if part is model:
            model.tie_weights()
        ranks.share_tensors(_list_whole_tensors(part))
        # Also of the outermost part, so that an evaluation leaves nothing whole behind.
        fully_shard(part, mesh=mesh, mp_policy=policy, reshard_after_forward=True)
    for module in model.modules():
        if isinstance(module, FSDPModule):
            # The loss of a rank is its share of the step's, so gradients are added up. gloo knows no other way to scale them.
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)
    # Where ranks use different weights, as those of experts, they must still send the same.
    model.set_reduce_scatter_unused_params(True)
    model.compute_whole = MethodType(_compute, model)
    register_fsdp_forward_method(model, "compute_whole")
    return model


def _compute(model: nn.Module, work: Callable[[], Any]) -> Any:
    return work()


def compute_whole(model: nn.Module, work: Callable[[], T]) -> T:
    """Calls `work`, which computes with parts of the model rather than with the model itself, while its outer weights are whole.

    Example: compute_whole(model, lambda: model.get_output_embeddings()(hidden))
    """
    return model.compute_whole(work) if isinstance(model, FSDPModule) else work()


def list_blocks(model: PreTrainedModel) -> list[nn.Module]:
    """The blocks of layers, which transformers marks as those that activations can be computed again of."""
    blocks = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    if not blocks:
        raise ConfigError(
            f"Models of type '{model.config.model_type}' have no blocks of layers that could be split one by one, and sharding is 'full'. "
            "Set sharding to 'none', or train another model."
        )
    return blocks


def make_skeleton(kind: type[PreTrainedModel], settings: Any) -> PreTrainedModel:
    """A model of a class and a configuration whose weights take no memory yet."""
    with torch.device("meta"):
        return kind._from_config(settings, attn_implementation=settings._attn_implementation, dtype=torch.float32)


def _materialise(part: nn.Module, device: torch.device) -> None:
    """Puts the tensors of a part on the device: those of rank 0 with their values, those of a skeleton with any."""
    for module in part.modules():
        own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
        if any(tensor.is_meta for tensor in own):
            module.to_empty(device=device, recurse=False)
    part.to(device)


def _list_whole_tensors(part: nn.Module) -> Iterator[torch.Tensor]:
    """Weights and buffers that are not split yet, each once; also the buffers that no checkpoint has, such as angles of positions."""
    for tensor in [*part.parameters(), *part.buffers()]:
        if not isinstance(tensor, DTensor):
            yield tensor.detach()


def take_local(weight: torch.Tensor) -> torch.Tensor:
    """This rank's part of a weight; the weight itself where it is whole."""
    return weight.to_local() if isinstance(weight, DTensor) else weight


def clip_gradients(model: nn.Module, most: float) -> torch.Tensor:
    """Scales the gradients down to a norm of `most` over all ranks; gives the norm that they had."""
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    norm = torch.nn.utils.get_total_norm(gradients)
    norm = norm.full_tensor() if isinstance(norm, DTensor) else norm
    torch.nn.utils.clip_grads_with_norm_(model.parameters(), most, norm)
    return norm


def gather_model(model: PreTrainedModel, ranks: Ranks) -> Optional[PreTrainedModel]:
    """The whole model in rank 0's host memory, weight by weight: None on the other ranks. Every rank must call this."""
    whole = make_skeleton(find_class(model), model.config) if ranks.is_first else None
    for name, weight in model.named_parameters():
        value = weight.detach().full_tensor() if isinstance(weight, DTensor) else weight.detach()
        if whole is not None:
            _put(whole, name, nn.Parameter(value.cpu(), requires_grad=weight.requires_grad))
    if whole is None:
        return None
    for name, buffer in model.named_buffers():
        owner, _, last = name.rpartition(".")
        whole.get_submodule(owner)._buffers[last] = buffer.detach().cpu()
    whole.tie_weights()
    if model.can_generate():
        whole.generation_config = model.generation_config
    return whole


def _put(model: nn.Module, name: str, weight: nn.Parameter) -> None:
    owner, _, last = name.rpartition(".")
    setattr(model.get_submodule(owner), last, weight)


def find_class(model: PreTrainedModel) -> type[PreTrainedModel]:
    """The class that a model had before it was split."""
    return next(kind for kind in type(model).__mro__ if not issubclass(kind, FSDPModule))

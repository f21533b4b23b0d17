"""What other tenants run: its manifest, the order for it, and how long they keep it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from akash_tui.practice.provider.hardware import GIB, Gpu
from akash_tui.practice.provider.manifest_value import version
from akash_tui.practice.provider.offers import ATTO, resources_message
from akash_tui.wire import base_deposit_pb2 as deposit_pb
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb

Json = dict[str, Any]

SIZES, SIZE_WEIGHTS = (1, 2, 4, 8), (60, 20, 12, 8)
"""GPUs of one job."""
STAYS = ((0.70, 0.25, 1.5), (0.25, 2.0, 6.0), (0.05, 8.0, 24.0))
"""(share of the jobs, from, to): how many hours they run."""
IMAGES = (
    "vllm/vllm-openai:v0.11.0",
    "ollama/ollama:0.12.3",
    "nvcr.io/nvidia/pytorch:25.09-py3",
    "ghcr.io/huggingface/text-generation-inference:3.3.6",
    "yanwk/comfyui-boot:cu128-slim",
)
MOST_H = Decimal(5)
"""ACT per hour that they pay at most for a GPU with its share of the machine."""
_HTTP = {"maxBodySize": 1048576, "readTimeout": 60000, "sendTimeout": 60000, "nextTries": 3, "nextTimeout": 0}


@dataclass(frozen=True, slots=True)
class Job:
    """Something to run on this many GPUs of one model (None: on CPUs) for this many hours."""

    gpu: Gpu | None
    gpus: int
    hours: float
    image: str

    def manifest(self) -> list[Json]:
        """What the provider runs: one service with a web address."""
        share = max(self.gpus, 1)
        gpu: Json = {"units": {"val": str(self.gpus)}}
        if self.gpu is not None:
            gpu["attributes"] = [{"key": self.gpu.capabilities()[-1], "value": "true"}]
        resources = {
            "id": 1,
            "cpu": {"units": {"val": str(6000 * share)}},
            "memory": {"size": {"val": str(32 * GIB * share)}},
            "storage": [{"name": "default", "size": {"val": str(100 * GIB * share)}}],
            "gpu": gpu,
            "endpoints": [{"sequence_number": 0}],
        }
        expose = {
            **{"port": 8000, "externalPort": 80, "proto": "TCP", "service": "", "global": True, "hosts": None},
            **{"httpOptions": _HTTP | {"nextCases": ["error", "timeout"]}, "ip": "", "endpointSequenceNumber": 0},
        }
        service = {
            **{"name": "app", "image": self.image, "command": None, "args": None, "env": None},
            **{"resources": resources, "count": 1, "expose": [expose], "credentials": None},
        }
        return [{"name": "akash", "services": [service]}]

    def create(self, owner: str, dseq: int, per_hour: int, deposit: int) -> deployment_pb.MsgCreateDeployment:
        """The deployment with its order; `per_hour`: blocks of an hour, `deposit` in uact."""
        manifest = self.manifest()
        message = deployment_pb.MsgCreateDeployment(hash=version(manifest))
        message.id.owner, message.id.dseq = owner, dseq
        group = message.groups.add(name="akash")
        unit = group.resources.add(count=1)
        unit.resource.CopyFrom(resources_message(_ordered(manifest[0]["services"][0]["resources"])))
        most = MOST_H * max(self.gpus, 1) * 1_000_000 / per_hour
        unit.price.denom, unit.price.amount = "uact", str(int(most) * ATTO)
        message.deposit.amount.denom, message.deposit.amount.amount = "uact", str(deposit)
        message.deposit.sources.append(deposit_pb.balance)
        return message


def _ordered(made: Json) -> Json:
    """Resources as an order has them, from those of a manifest."""
    return {
        "id": made["id"],
        "cpu": {"units": made["cpu"]["units"], "attributes": []},
        "memory": {"quantity": made["memory"]["size"], "attributes": []},
        "storage": [{"name": v["name"], "quantity": v["size"], "attributes": []} for v in made["storage"]],
        "gpu": {"units": made["gpu"]["units"], "attributes": made["gpu"].get("attributes", [])},
        "endpoints": [{"kind": "SHARED_HTTP", "sequence_number": e["sequence_number"]} for e in made["endpoints"]],
    }


def drawn(dice: random.Random, gpu: Gpu, most: int, *, running: bool = False) -> Job:
    """A job of at most this many GPUs. Of those that are `running` at a moment, more are long ones."""
    sizes = [(size, weight) for size, weight in zip(SIZES, SIZE_WEIGHTS, strict=True) if size <= most]
    (gpus,) = dice.choices([size for size, _ in sizes], [weight for _, weight in sizes])
    weights = [share * (low + high if running else 1) for share, low, high in STAYS]
    ((_, low, high),) = dice.choices(STAYS, weights)
    return Job(gpu, gpus, low + (high - low) * dice.random(), dice.choice(IMAGES))

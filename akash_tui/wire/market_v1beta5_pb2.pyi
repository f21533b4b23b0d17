import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from akash_tui.wire import base_deposit_pb2 as _base_deposit_pb2
from akash_tui.wire import base_resources_pb2 as _base_resources_pb2
from akash_tui.wire import cosmos_base_pb2 as _cosmos_base_pb2
from akash_tui.wire import market_v1_pb2 as _market_v1_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StorageOfferPrice(_message.Message):
    __slots__ = ("name", "price")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    name: str
    price: _cosmos_base_pb2.DecCoin
    def __init__(self, name: _Optional[str] = ..., price: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ...) -> None: ...

class EndpointOfferPrice(_message.Message):
    __slots__ = ("kind", "price")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    kind: _base_resources_pb2.Endpoint.Kind
    price: _cosmos_base_pb2.DecCoin
    def __init__(self, kind: _Optional[_Union[_base_resources_pb2.Endpoint.Kind, str]] = ..., price: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ...) -> None: ...

class OfferPrices(_message.Message):
    __slots__ = ("cpu", "memory", "storage", "gpu", "endpoints")
    CPU_FIELD_NUMBER: _ClassVar[int]
    MEMORY_FIELD_NUMBER: _ClassVar[int]
    STORAGE_FIELD_NUMBER: _ClassVar[int]
    GPU_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    cpu: _cosmos_base_pb2.DecCoin
    memory: _cosmos_base_pb2.DecCoin
    storage: _containers.RepeatedCompositeFieldContainer[StorageOfferPrice]
    gpu: _cosmos_base_pb2.DecCoin
    endpoints: _containers.RepeatedCompositeFieldContainer[EndpointOfferPrice]
    def __init__(self, cpu: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ..., memory: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ..., storage: _Optional[_Iterable[_Union[StorageOfferPrice, _Mapping]]] = ..., gpu: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ..., endpoints: _Optional[_Iterable[_Union[EndpointOfferPrice, _Mapping]]] = ...) -> None: ...

class ResourceOffer(_message.Message):
    __slots__ = ("resources", "count", "prices")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    resources: _base_resources_pb2.Resources
    count: int
    prices: OfferPrices
    def __init__(self, resources: _Optional[_Union[_base_resources_pb2.Resources, _Mapping]] = ..., count: _Optional[int] = ..., prices: _Optional[_Union[OfferPrices, _Mapping]] = ...) -> None: ...

class MsgCreateBid(_message.Message):
    __slots__ = ("id", "price", "deposit", "resources_offer", "reclamation_window")
    ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_OFFER_FIELD_NUMBER: _ClassVar[int]
    RECLAMATION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    id: _market_v1_pb2.BidID
    price: _cosmos_base_pb2.DecCoin
    deposit: _base_deposit_pb2.Deposit
    resources_offer: _containers.RepeatedCompositeFieldContainer[ResourceOffer]
    reclamation_window: _duration_pb2.Duration
    def __init__(self, id: _Optional[_Union[_market_v1_pb2.BidID, _Mapping]] = ..., price: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ..., deposit: _Optional[_Union[_base_deposit_pb2.Deposit, _Mapping]] = ..., resources_offer: _Optional[_Iterable[_Union[ResourceOffer, _Mapping]]] = ..., reclamation_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class MsgCreateBidResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCloseBid(_message.Message):
    __slots__ = ("id", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: _market_v1_pb2.BidID
    reason: _market_v1_pb2.LeaseClosedReason
    def __init__(self, id: _Optional[_Union[_market_v1_pb2.BidID, _Mapping]] = ..., reason: _Optional[_Union[_market_v1_pb2.LeaseClosedReason, str]] = ...) -> None: ...

class MsgCloseBidResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCreateLease(_message.Message):
    __slots__ = ("bid_id",)
    BID_ID_FIELD_NUMBER: _ClassVar[int]
    bid_id: _market_v1_pb2.BidID
    def __init__(self, bid_id: _Optional[_Union[_market_v1_pb2.BidID, _Mapping]] = ...) -> None: ...

class MsgCreateLeaseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgWithdrawLease(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _market_v1_pb2.LeaseID
    def __init__(self, id: _Optional[_Union[_market_v1_pb2.LeaseID, _Mapping]] = ...) -> None: ...

class MsgWithdrawLeaseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCloseLease(_message.Message):
    __slots__ = ("id", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: _market_v1_pb2.LeaseID
    reason: _market_v1_pb2.LeaseClosedReason
    def __init__(self, id: _Optional[_Union[_market_v1_pb2.LeaseID, _Mapping]] = ..., reason: _Optional[_Union[_market_v1_pb2.LeaseClosedReason, str]] = ...) -> None: ...

class MsgCloseLeaseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgLeaseStartReclaim(_message.Message):
    __slots__ = ("id", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: _market_v1_pb2.LeaseID
    reason: _market_v1_pb2.LeaseClosedReason
    def __init__(self, id: _Optional[_Union[_market_v1_pb2.LeaseID, _Mapping]] = ..., reason: _Optional[_Union[_market_v1_pb2.LeaseClosedReason, str]] = ...) -> None: ...

class MsgLeaseStartReclaimResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

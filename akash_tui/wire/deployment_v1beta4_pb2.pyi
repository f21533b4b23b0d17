from akash_tui.wire import base_attributes_pb2 as _base_attributes_pb2
from akash_tui.wire import base_deposit_pb2 as _base_deposit_pb2
from akash_tui.wire import base_resources_pb2 as _base_resources_pb2
from akash_tui.wire import cosmos_base_pb2 as _cosmos_base_pb2
from akash_tui.wire import deployment_v1_pb2 as _deployment_v1_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResourceUnit(_message.Message):
    __slots__ = ("resource", "count", "price")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    resource: _base_resources_pb2.Resources
    count: int
    price: _cosmos_base_pb2.DecCoin
    def __init__(self, resource: _Optional[_Union[_base_resources_pb2.Resources, _Mapping]] = ..., count: _Optional[int] = ..., price: _Optional[_Union[_cosmos_base_pb2.DecCoin, _Mapping]] = ...) -> None: ...

class GroupSpec(_message.Message):
    __slots__ = ("name", "requirements", "resources")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    name: str
    requirements: _base_attributes_pb2.PlacementRequirements
    resources: _containers.RepeatedCompositeFieldContainer[ResourceUnit]
    def __init__(self, name: _Optional[str] = ..., requirements: _Optional[_Union[_base_attributes_pb2.PlacementRequirements, _Mapping]] = ..., resources: _Optional[_Iterable[_Union[ResourceUnit, _Mapping]]] = ...) -> None: ...

class MsgCreateDeployment(_message.Message):
    __slots__ = ("id", "groups", "hash", "deposit", "reclamation")
    ID_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    RECLAMATION_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.DeploymentID
    groups: _containers.RepeatedCompositeFieldContainer[GroupSpec]
    hash: bytes
    deposit: _base_deposit_pb2.Deposit
    reclamation: _deployment_v1_pb2.DeploymentReclamation
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.DeploymentID, _Mapping]] = ..., groups: _Optional[_Iterable[_Union[GroupSpec, _Mapping]]] = ..., hash: _Optional[bytes] = ..., deposit: _Optional[_Union[_base_deposit_pb2.Deposit, _Mapping]] = ..., reclamation: _Optional[_Union[_deployment_v1_pb2.DeploymentReclamation, _Mapping]] = ...) -> None: ...

class MsgCreateDeploymentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgUpdateDeployment(_message.Message):
    __slots__ = ("id", "hash")
    ID_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.DeploymentID
    hash: bytes
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.DeploymentID, _Mapping]] = ..., hash: _Optional[bytes] = ...) -> None: ...

class MsgUpdateDeploymentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCloseDeployment(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.DeploymentID
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.DeploymentID, _Mapping]] = ...) -> None: ...

class MsgCloseDeploymentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgCloseGroup(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.GroupID
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.GroupID, _Mapping]] = ...) -> None: ...

class MsgCloseGroupResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgPauseGroup(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.GroupID
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.GroupID, _Mapping]] = ...) -> None: ...

class MsgPauseGroupResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MsgStartGroup(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _deployment_v1_pb2.GroupID
    def __init__(self, id: _Optional[_Union[_deployment_v1_pb2.GroupID, _Mapping]] = ...) -> None: ...

class MsgStartGroupResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

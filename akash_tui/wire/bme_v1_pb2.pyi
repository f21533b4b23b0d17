from akash_tui.wire import cosmos_base_pb2 as _cosmos_base_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LedgerRecordStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ledger_record_status_invalid: _ClassVar[LedgerRecordStatus]
    ledger_record_status_pending: _ClassVar[LedgerRecordStatus]
    ledger_record_status_executed: _ClassVar[LedgerRecordStatus]
    ledger_record_status_canceled: _ClassVar[LedgerRecordStatus]
ledger_record_status_invalid: LedgerRecordStatus
ledger_record_status_pending: LedgerRecordStatus
ledger_record_status_executed: LedgerRecordStatus
ledger_record_status_canceled: LedgerRecordStatus

class LedgerRecordID(_message.Message):
    __slots__ = ("denom", "to_denom", "source", "height", "sequence")
    DENOM_FIELD_NUMBER: _ClassVar[int]
    TO_DENOM_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    denom: str
    to_denom: str
    source: str
    height: int
    sequence: int
    def __init__(self, denom: _Optional[str] = ..., to_denom: _Optional[str] = ..., source: _Optional[str] = ..., height: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class MsgBurnMint(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn", "denom_to_mint")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    DENOM_TO_MINT_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _cosmos_base_pb2.Coin
    denom_to_mint: str
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_cosmos_base_pb2.Coin, _Mapping]] = ..., denom_to_mint: _Optional[str] = ...) -> None: ...

class MsgBurnMintResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

class MsgMintACT(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _cosmos_base_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_cosmos_base_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgMintACTResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

class MsgBurnACT(_message.Message):
    __slots__ = ("owner", "to", "coins_to_burn")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    COINS_TO_BURN_FIELD_NUMBER: _ClassVar[int]
    owner: str
    to: str
    coins_to_burn: _cosmos_base_pb2.Coin
    def __init__(self, owner: _Optional[str] = ..., to: _Optional[str] = ..., coins_to_burn: _Optional[_Union[_cosmos_base_pb2.Coin, _Mapping]] = ...) -> None: ...

class MsgBurnACTResponse(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: LedgerRecordID
    status: LedgerRecordStatus
    def __init__(self, id: _Optional[_Union[LedgerRecordID, _Mapping]] = ..., status: _Optional[_Union[LedgerRecordStatus, str]] = ...) -> None: ...

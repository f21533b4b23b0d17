from akash_tui.wire import base_deposit_pb2 as _base_deposit_pb2
from akash_tui.wire import escrow_id_pb2 as _escrow_id_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MsgAccountDeposit(_message.Message):
    __slots__ = ("signer", "id", "deposit")
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    signer: str
    id: _escrow_id_pb2.Account
    deposit: _base_deposit_pb2.Deposit
    def __init__(self, signer: _Optional[str] = ..., id: _Optional[_Union[_escrow_id_pb2.Account, _Mapping]] = ..., deposit: _Optional[_Union[_base_deposit_pb2.Deposit, _Mapping]] = ...) -> None: ...

class MsgAccountDepositResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

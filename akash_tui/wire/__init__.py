"""Protobuf messages of the Cosmos SDK and Akash that this program speaks.

`NAME.proto` becomes `NAME_pb2` (see `generate.py`): `from akash_tui.wire import cosmos_tx_pb2`.
"""

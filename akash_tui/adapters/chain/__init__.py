"""One Akash chain over REST and websocket: `client.ChainClient` is `ports.Chain`.

Rooms: `endpoints` (one HTTP exchange, the pool of endpoints, reads, the newest block, the websocket), `rest_json`
(JSON → domain values), `tx` (simulate, sign, broadcast, look up), `errors` (the chain's refusals as sentences).
`saved_bids` reads answers about bids from a file.
"""

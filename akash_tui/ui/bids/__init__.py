"""The Bids screen: bids as they arrive, sorted, filtered, compared and accepted."""

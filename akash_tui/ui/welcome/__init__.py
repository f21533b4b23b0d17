"""The first screen: practice, a wallet, or only looking."""

"""The wallet: what it has, what is locked and costs, minting and burning, and how AKT comes in."""

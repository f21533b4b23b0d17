"""`python -m tests.soak`: generated sessions with kills, network faults and lies, judged by the chain's own books."""

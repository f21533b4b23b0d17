"""What is open and serves nothing: read with care, and why each line stands there."""

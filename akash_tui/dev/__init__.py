"""Development only: one screen of the app alone (`python -m akash_tui.dev SCREEN --seed N`)."""

"""What every screen is built on, and the dialogs and screens that every screen can open."""

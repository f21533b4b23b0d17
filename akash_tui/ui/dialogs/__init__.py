"""Dialogs: questions, texts, choices, and the one that spends money."""

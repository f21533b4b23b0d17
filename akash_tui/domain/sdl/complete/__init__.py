"""What may stand at the cursor of an SDL that is being written, and what each key means."""

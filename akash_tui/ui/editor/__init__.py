"""The SDL editor: the text with its colours and problems, completion, and beside it what the SDL asks for."""

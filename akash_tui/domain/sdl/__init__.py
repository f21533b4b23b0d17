"""The SDL (Stack Definition Language): nodes in, deployment groups, manifest and problems out."""

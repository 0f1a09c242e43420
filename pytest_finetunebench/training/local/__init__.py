"""Train a LoRA adapter on this machine: rows as tokens, the loop with its checkpoints, and what is left behind.

Imports torch at first use only. May import `training`, `models`, `models.local`, `cases`, `files` and below.
"""

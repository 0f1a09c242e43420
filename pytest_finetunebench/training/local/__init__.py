"""Train a LoRA adapter on this machine: rows as tokens, the loop with its checkpoints, and what is left behind.

May import `training`, `models` and below; torch at first use only.
"""

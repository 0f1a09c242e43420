"""Rules by subject: each finds where an answer gives a reference; `ladder.RULES` has their order."""

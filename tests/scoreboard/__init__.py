"""How well the language is understood, one line a measure: `python -m tests.scoreboard [--only NAME …]`."""

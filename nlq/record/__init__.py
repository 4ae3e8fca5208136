"""Recording: what is to be written, and what is told once it is.

    command or sentence ─→ Act ─plan→ Plan ─carry_out→ Answer
                        models.py  engine.py            answers.py

An act is planned on the log as it stands, which changes nothing: that is what `--dry-run` prints and what a
person is asked about. Carried out, it is made anew on the log as it stands then, under its lock.
"""

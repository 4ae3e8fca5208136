"""`python -m nlq`: the same as the command `ask`."""

from nlq.cli import main

if __name__ == "__main__":
    main()

"""The prompt: `ask` alone on a terminal. Questions and follow-ups one by one, with history and completion.

prompt-toolkit edits the line and is imported here alone (60 ms). A bad question, a failed write or Ctrl-C
ends no prompt; Ctrl-D, `exit` and `quit` do.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlq.arguments import command_in
from nlq.asking import Options, opened, recorded, show, which
from nlq.errors import OK, AskError
from nlq.terminal import Terminal, write
from store.errors import HistoryError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from nlq.answer import Answer
    from store.history import History

__all__ = ["prompt"]

HELP = """\
Questions as they come: best run, what lrs have I tried, compare d12 vs d24
and on from the last one: what about d12, only the muon ones, by CORE, its lr, the second one, why
Commands that keep the log work here too: note exp-002 "needs more steps"
Tab completes, ↑ goes back, Ctrl-R searches, Ctrl-C clears the line, Ctrl-D or exit leaves
"""

_ENDS = ("exit", "quit", "exit()", "quit()", ":q")


def prompt(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """Ask, answer and ask again, until the person leaves.

    Args:
        options: as of the command line; those of one answer hold for all.

    Raises:
        store.errors.HistoryError: where there is no history at the start.
    """
    import gc

    talk = _Talk(options, where, environ)
    gc.enable()  # the console entry point turned it off for one short answer
    session = _session(talk, environ)
    runs = talk.history.catalog.rows
    write(sys.stdout, f"{runs} {talk.history.catalog.nouns[0]}s; help tells what can be typed\n")
    while True:
        try:
            line = session.prompt("ask> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return OK
        if line.casefold() in _ENDS:
            return OK
        try:
            talk.hear(line)
        except KeyboardInterrupt:
            write(sys.stderr, "\ninterrupted\n")
        except (AskError, HistoryError) as error:
            write(sys.stderr, f"ask: {error}\n")
        except Exception as error:  # a question that breaks an answer must not end the prompt
            if environ.get("ASK_DEBUG"):
                raise
            write(sys.stderr, f"ask: internal error: {type(error).__name__}: {error}\n")


class _Talk:
    """What was said so far: the history that is asked of, and the last answer."""

    def __init__(self, options: Options, where: Terminal, environ: Mapping[str, str]) -> None:
        self.options, self.where, self.environ = options, where, environ
        self.history, self.now = opened(options, environ)
        self.last: Answer | None = None
        self._stamp = _stamp(self.history)

    def hear(self, line: str) -> None:
        """Answer a line; a command is run, a report shown and asked about."""
        if not line:
            return
        if line.casefold() in ("help", "?"):
            write(sys.stdout, HELP)
            return
        if self._command(line):
            return
        self._refresh()
        answer = self._settled(self._asked(line))
        if answer is None:
            return
        if answer.act is not None:
            recorded(answer.act, self.options._replace(question=line), self.where, self.environ)
            return
        show(answer, self.options, self.where)
        if answer.query is not None:
            self.last = answer

    def _asked(self, line: str) -> Answer:
        from nlq.engine import ask_again

        return ask_again(line, self.last, self.history, now=self.now)

    def _settled(self, answer: Answer) -> Answer | None:
        """The answer, once the person has said which reading is meant; None where none is."""
        while answer.status == "ambiguous" and answer.act is None:
            chosen = which(answer, self.where)
            if not chosen:
                return None
            answer = self._asked(chosen)
        return answer

    def _command(self, line: str) -> bool:
        """Whether the line is a command that keeps the log; it was run then."""
        try:
            argv = shlex.split(line)
        except ValueError:  # a quotation that is not closed: words
            return False
        if not (name := command_in(argv)) or (name == "try" and len(argv) > 2):
            return False  # "try a longer warmup next" is a sentence here: shown and asked about
        import click

        from nlq.commands import run_command

        try:
            run_command(name, [*_named(self.options), *argv])
        except click.exceptions.Exit:
            pass
        except click.ClickException as error:
            write(sys.stderr, f"ask: {error.format_message()}\n")
        return True

    def _refresh(self) -> None:
        """Read the history anew where a file of it has changed."""
        if _stamp(self.history) != self._stamp:
            self.history, self.now = opened(self.options, self.environ)
            self._stamp = _stamp(self.history)


def _named(options: Options) -> list[str]:
    """The history that was named on the command line, for a command."""
    return [word for path in options.history for word in ("--in", path)]


def _stamp(history: History) -> list[tuple[str, int, int]]:
    """The sources with their times and sizes, as far as they are files."""
    found = []
    for source in history.sources:
        try:
            told = Path(source.path).stat()
        except OSError:
            continue
        found.append((source.path, told.st_mtime_ns, told.st_size))
    return found


# -- the line and its editing


def _session(talk: _Talk, environ: Mapping[str, str]) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    file = _history_file(environ)
    return PromptSession(
        history=FileHistory(file) if file else InMemoryHistory(),
        completer=_completer(talk),
        auto_suggest=AutoSuggestFromHistory(),
        complete_while_typing=False,
        enable_history_search=True,
        reserve_space_for_menu=6,
    )


def _history_file(environ: Mapping[str, str]) -> str:
    """Where the lines are kept, "" where nothing can be; readable by their owner alone."""
    base = environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    file = Path(base) / "ask" / "history"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError:
        return ""
    return str(file)


def _completer(talk: _Talk) -> Any:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class Words(Completer):
        """Names of the history and phrases of the grammar."""

        def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
            from nlq.engine import completions

            for one in completions(document.text_before_cursor, talk.history):
                yield Completion(one.text, -one.typed, display_meta=one.kind)

    return Words()

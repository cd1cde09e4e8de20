"""`govtrack completion`: the script that lets a shell complete commands, options and values."""

from __future__ import annotations

import click

from govtrack.cli.output import say

VARIABLE = "_GOVTRACK_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    r"""Print the completion script of SHELL.

    References, kinds of evidence, ids and slugs complete too.

    \b
    Examples:
      eval "$(govtrack completion bash)"                            (in ~/.bashrc)
      eval "$(govtrack completion zsh)"                             (in ~/.zshrc)
      govtrack completion fish > ~/.config/fish/completions/govtrack.fish
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    if script is None:  # a shell that click does not know; Choice has only those it does
        raise click.UsageError(f"no completion for {shell}")
    root = click.get_current_context().find_root().command
    made = script(root, {}, "govtrack", VARIABLE)
    # not made.source(): for bash that starts one, only to ask its version
    say((made.source_template % made.source_vars()).strip())

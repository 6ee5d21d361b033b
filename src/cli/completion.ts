/** `skep completion`: its argument. */
import { Argument, Command } from 'commander';
import type { CommandContext } from './context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(context: CommandContext): Command {
  return new Command('completion')
    .description(
      'Write a script that completes commands, options, their values and files. To keep it: skep completion bash > ~/.local/share/bash-completion/completions/skep, skep completion zsh > a folder of $fpath/_skep, skep completion fish > ~/.config/fish/completions/skep.fish.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number], _options: object, command: Command) => {
      const { completionScript } = await import('./completion/script.ts');
      context.output.write(completionScript(shell, command.parent as Command));
    });
}

package dev.chaski.cli;

import dev.chaski.cli.manual.FishCompletion;
import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code chaski completion}: what makes a shell complete the commands and their options. Runs on the main thread. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Print a script by which a shell completes commands and options.",
            "",
            "For good: bash reads it from ~/.local/share/bash-completion/completions/chaski, fish from"
                    + " ~/.config/fish/completions/chaski.fish, and zsh where ~/.zshrc sources it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(chaski completion bash)",
            "  chaski completion fish > ~/.config/fish/completions/chaski.fish"
        })
final class CompletionCommand implements Runnable {
    /** What it can be printed for. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "one of ${COMPLETION-CANDIDATES}")
    Shell shell = Shell.bash;

    private final PrintStream out;

    CompletionCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public void run() {
        switch (shell) {
            // The script sees by itself which of the two it is read by.
            case bash, zsh -> out.print(AutoComplete.bash("chaski", CommandTree.whole()));
            case fish -> out.print(FishCompletion.of(CommandTree.whole()));
        }
        out.flush();
    }
}

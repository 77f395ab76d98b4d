package dev.chaski.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What all subcommands are told: which server, and how a run is timed. */
abstract class Measurement implements Callable<Integer> {
    static final int FAILED = 1;

    @Mixin
    HelpOptions help = new HelpOptions();

    @Mixin
    ServerOptions server = new ServerOptions();

    @Mixin
    RunOptions run = new RunOptions();
}

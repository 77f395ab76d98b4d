package dev.chaski.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code chaski version}. */
@Command(name = "version", description = "Print which Chaski this is, and the Java it runs on.")
final class VersionCommand implements Runnable {
    @Override
    public void run() {
        System.out.println(line());
    }

    static String line() {
        return "chaski " + Version.text() + " (Java " + Runtime.version() + ")";
    }

    /** For {@code chaski --version}. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}

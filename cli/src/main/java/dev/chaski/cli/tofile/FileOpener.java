package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens files; tests have one whose files fail. Any thread. */
@FunctionalInterface
interface FileOpener {
    /** Those of the operating system. */
    FileOpener REAL = FileChannel::open;

    FileChannel open(Path file, OpenOption... options) throws IOException;
}

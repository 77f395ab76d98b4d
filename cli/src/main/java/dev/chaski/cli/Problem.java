package dev.chaski.cli;

import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What went wrong, in words. */
final class Problem {
    private Problem() {}

    static String text(Throwable problem) {
        String own = own(problem);
        Throwable cause = problem.getCause();
        return cause == null || own.contains(own(cause)) ? own : own + ": " + own(cause);
    }

    /** The message of an exception of the file system is often the bare path. */
    private static String own(Throwable problem) {
        if (problem instanceof FileSystemException e) {
            return e.getFile() + ": " + Objects.requireNonNullElse(e.getReason(), kind(e));
        }
        @Nullable String message = problem.getMessage();
        return message == null ? problem.toString() : message;
    }

    private static String kind(FileSystemException e) {
        return e instanceof NoSuchFileException
                ? "there is no such file or folder"
                : e.getClass().getSimpleName();
    }
}

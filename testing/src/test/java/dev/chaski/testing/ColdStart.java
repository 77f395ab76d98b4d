package dev.chaski.testing;

import dev.chaski.server.Chaski;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * How long the first {@code Chaski.start()} of a JVM takes: each in a process of its own, with no flags, on the class path
 * of a program that uses this module. It has no name of a test, since it runs alone, where somebody asks for it:
 * docs/bench.md.
 */
class ColdStart {
    private static final int MICROS_PER_MILLI = 1000;

    private final int starts = Integer.getInteger("chaski.starts", 20);
    private final String before = System.getProperty("chaski.starts.classpath", "");

    /** What each process runs. */
    static final class Once {
        private Once() {}

        public static void main(String[] args) throws Exception {
            long beginNs = System.nanoTime();
            Chaski chaski = Chaski.start();
            long endNs = System.nanoTime();
            System.out.println((endNs - beginNs) / MICROS_PER_MILLI);
            chaski.close();
        }
    }

    @Test
    void fromTheCallToItsReturn() throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int start = 0; start < starts; start++) {
            millis.add(startOnce());
        }
        Collections.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "Chaski.start() in %d new JVMs: median %.0f ms (%.0f-%.0f)%n",
                starts,
                millis.get(starts / 2),
                millis.getFirst(),
                millis.getLast());
    }

    private double startOnce() throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                before.isEmpty() ? classPath : before + File.pathSeparator + classPath,
                Once.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("a start failed: " + told);
        }
        // A logger may write to the standard output, too.
        String last = told.strip().lines().reduce((first, second) -> second).orElse("");
        return Double.parseDouble(last) / MICROS_PER_MILLI;
    }
}

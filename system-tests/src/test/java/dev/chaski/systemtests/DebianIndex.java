package dev.chaski.systemtests;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;

/** Real text, about a million lines of it: what apt knows of the packages of this machine's Debian. */
final class DebianIndex {
    /** Lines to take; 0 for all. */
    private static final int LINES_MAX = Integer.getInteger("chaski.input.lines", 10_000);

    private final Path file;
    private final int lines;

    private DebianIndex(Path file, int lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Reads the index into a file of non-empty lines; skips the test where apt has none. */
    static DebianIndex load(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Commands.isInstalled("apt-cache"), "there is no apt-cache on this machine");
        Path file = folder.resolve("index.txt");
        Process apt = new ProcessBuilder("apt-cache", "dumpavail")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int lines;
        try (InputStream in = new BufferedInputStream(apt.getInputStream(), 1 << 16);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            lines = copyLines(in, out);
        }
        apt.destroyForcibly().waitFor();
        Assumptions.assumeTrue(lines > 0, "apt has no package index on this machine: run apt-get update");
        return new DebianIndex(file, lines);
    }

    private static int copyLines(InputStream in, OutputStream out) throws IOException {
        int lines = 0;
        int previous = '\n';
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != '\n') {
                out.write(b);
            } else if (previous != '\n') {
                out.write(b);
                if (++lines == LINES_MAX) {
                    return lines;
                }
            }
            previous = b;
        }
        return lines;
    }

    Path file() {
        return file;
    }

    int lines() {
        return lines;
    }

    /** Told every numbered line. */
    interface LineTaker {
        void take(byte[] numberedLine) throws IOException;
    }

    /** Every line as a publisher of this name is to send it: {@code name:number:line}. */
    void forEach(String publisher, LineTaker taker) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var line = new java.io.ByteArrayOutputStream();
            int number = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (line.size() == 0) {
                    line.writeBytes((publisher + ":" + number++ + ":").getBytes(StandardCharsets.US_ASCII));
                }
                if (b == '\n') {
                    taker.take(line.toByteArray());
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        }
    }

    /** The sum of the CRC-32s of all lines of a publisher. */
    long sum(String publisher) throws IOException {
        long[] sum = {0};
        forEach(publisher, line -> sum[0] += crc(line));
        return sum[0];
    }

    static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}

package dev.chaski.log.nsqd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a folder as nsqd does. */
final class NsqdFiles {
    private static final long TIME_NS = 1_700_000_000_000_000_000L;

    private final Path folder;

    NsqdFiles(Path folder) {
        this.folder = folder;
    }

    void topics(String json) {
        write("nsqd.dat", json.getBytes(StandardCharsets.UTF_8));
    }

    void meta(String queue, long depth, int readFile, long readAt, int writeFile, long writeAt) {
        String text = depth + "\n" + readFile + "," + readAt + "\n" + writeFile + "," + writeAt + "\n";
        write(queue + ".diskqueue.meta.dat", text.getBytes(StandardCharsets.US_ASCII));
    }

    void data(String queue, int file, byte[] bytes) {
        write(String.format("%s.diskqueue.%06d.dat", queue, file), bytes);
    }

    void write(String name, byte[] bytes) {
        try {
            Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Messages with these bodies, numbered in their time; delivered {@code attempts} times before. */
    static byte[] messages(int attempts, String... bodies) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (int i = 0; i < bodies.length; i++) {
                byte[] body = bodies[i].getBytes(StandardCharsets.UTF_8);
                out.writeInt(26 + body.length);
                out.writeLong(TIME_NS + i);
                out.writeShort(attempts);
                out.write(String.format("%016x", i).getBytes(StandardCharsets.US_ASCII));
                out.write(body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

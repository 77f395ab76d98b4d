package dev.chaski.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a data folder as nsqd leaves it. */
final class NsqdWriter {
    private final Path folder;

    NsqdWriter(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    void topics(String json) throws IOException {
        Files.writeString(folder.resolve("nsqd.dat"), json);
    }

    /** A queue in two files; its first message was consumed already. */
    void queue(String name, int attempts, String... bodies) throws IOException {
        int half = bodies.length / 2;
        byte[] consumed = messages(1, "consumed");
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.writeBytes(consumed);
        first.writeBytes(messages(attempts, java.util.Arrays.copyOf(bodies, half)));
        byte[] second = messages(attempts, java.util.Arrays.copyOfRange(bodies, half, bodies.length));
        Files.write(folder.resolve(name + ".diskqueue.000004.dat"), first.toByteArray());
        Files.write(folder.resolve(name + ".diskqueue.000005.dat"), second);
        String meta = bodies.length + "\n4," + consumed.length + "\n5," + second.length + "\n";
        Files.writeString(folder.resolve(name + ".diskqueue.meta.dat"), meta);
    }

    private static byte[] messages(int attempts, String... bodies) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (String body : bodies) {
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            out.writeInt(Long.BYTES + Short.BYTES + 16 + content.length);
            out.writeLong(1_700_000_000_000_000_000L);
            out.writeShort(attempts);
            out.writeBytes("0123456789abcdef");
            out.write(content);
        }
        return bytes.toByteArray();
    }
}

package dev.chaski.cli.nsqd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files as nsqd leaves them: its list of topics, and queues of one file each. */
final class NsqdFiles {
    private final Path folder;
    private long nextId = 1;

    NsqdFiles(Path folder) {
        this.folder = folder;
    }

    void topics(String json) throws IOException {
        Files.writeString(folder.resolve("nsqd.dat"), "{\"topics\":" + json + ",\"version\":\"1.3.0\"}");
    }

    void queue(String name, String prefix, int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < count; i++) {
            byte[] body = (prefix + i).getBytes(StandardCharsets.UTF_8);
            out.writeInt(8 + 2 + 16 + body.length);
            out.writeLong(1_700_000_000_000_000_000L + i);
            out.writeShort(1);
            out.writeBytes(String.format("%016x", nextId++));
            out.write(body);
        }
        Files.write(folder.resolve(name + ".diskqueue.000000.dat"), bytes.toByteArray());
        Files.writeString(folder.resolve(name + ".diskqueue.meta.dat"), count + "\n0,0\n0," + bytes.size() + "\n");
    }
}

package dev.chaski.cli.doctor;

import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the data folder is, or will be: room, kind, and how long a write and an fsync take. */
final class DiskCheck {
    private static final String SUBJECT = "disk";
    private static final int ROUNDS = 20;
    private static final int WRITE_BYTES = 4096;
    /** No disk, and few networks, take that long when they are well. */
    private static final long SYNC_SLOW_NS = 50_000_000;
    /** Below this much free there is not much time left. */
    private static final long ROOM_GOOD_BYTES = 1L << 30;

    private static final Set<String> OF_NETWORKS =
            Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs", "fuse.glusterfs", "afs");
    private static final Set<String> OF_MEMORY = Set.of("tmpfs", "ramfs");

    private final SystemFiles system;
    private final Path place;
    private final long lowWaterBytes;

    DiskCheck(SystemFiles system, Path data, Options options) {
        this.system = system;
        place = existing(data);
        lowWaterBytes = options.get(OptionTable.DISK_LOW_WATER);
    }

    private static Path existing(Path folder) {
        Path found = folder;
        while (!Files.isDirectory(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    List<Finding> look() throws IOException {
        List<Finding> findings = new ArrayList<>();
        FileStore store = Files.getFileStore(place);
        Mounts.Mount mount = Mounts.of(system, place.toRealPath());
        findings.add(kind(mount, store.type()));
        findings.add(room(store.getUsableSpace(), store.getTotalSpace()));
        if (Files.isWritable(place) && store.getUsableSpace() > WRITE_BYTES * ROUNDS) {
            findings.add(speed());
        }
        return findings;
    }

    static Finding kind(Mounts.@Nullable Mount mount, String type) {
        if (mount == null) {
            return Finding.ok(SUBJECT, "file system " + type);
        }
        String text = mount.type() + " at " + mount.at() + " (" + mount.options() + ")";
        if (mount.has("ro")) {
            return Finding.fail(SUBJECT, text, "it is mounted read-only: mount it rw, or look for errors in dmesg");
        }
        if (OF_MEMORY.contains(mount.type())) {
            return Finding.warn(SUBJECT, text, "it is in memory: nothing is there after a restart of the machine");
        }
        if (mount.type().equals("overlay")) {
            return Finding.warn(SUBJECT, text, "it goes with its container: mount a volume there");
        }
        if (OF_NETWORKS.contains(mount.type())) {
            return Finding.warn(
                    SUBJECT, text, "it is on another machine: locks and fsync there are often not what they seem");
        }
        if (mount.has("nobarrier") || mount.has("barrier=0")) {
            return Finding.warn(
                    SUBJECT, text, "without barriers --ack=synced survives no power cut: mount it with them");
        }
        return Finding.ok(SUBJECT, text);
    }

    Finding room(long free, long all) {
        String text = Bytes.text(free) + " of " + Bytes.text(all) + " are free";
        if (free < lowWaterBytes) {
            return Finding.fail(
                    SUBJECT,
                    text + ", and publishing is refused below --disk-low-water=" + Bytes.text(lowWaterBytes),
                    "make room, or give another folder as --data-path");
        }
        return free < ROOM_GOOD_BYTES
                ? Finding.warn(SUBJECT, text, "a busy topic fills that in minutes: make room")
                : Finding.ok(SUBJECT, text);
    }

    private Finding speed() throws IOException {
        long[] writes = new long[ROUNDS];
        long[] syncs = new long[ROUNDS];
        Path file = Files.createTempFile(place, ".chaski-doctor", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < ROUNDS; i++) {
                long startNs = System.nanoTime();
                channel.write(ByteBuffer.allocate(WRITE_BYTES), (long) i * WRITE_BYTES);
                long writtenNs = System.nanoTime();
                channel.force(false);
                writes[i] = writtenNs - startNs;
                syncs[i] = System.nanoTime() - writtenNs;
            }
        } finally {
            Files.delete(file);
        }
        Arrays.sort(writes);
        Arrays.sort(syncs);
        String text = "4 KiB are written in " + Bytes.ms(writes[ROUNDS / 2]) + ", and synced in "
                + Bytes.ms(syncs[ROUNDS / 2]) + " (the slowest of " + ROUNDS + ": " + Bytes.ms(syncs[ROUNDS - 1])
                + ")";
        return syncs[ROUNDS / 2] > SYNC_SLOW_NS
                ? Finding.warn(SUBJECT, text, "that is slow: with --ack=synced each answer waits for it")
                : Finding.ok(SUBJECT, text);
    }
}

package dev.chaski.log.faults;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The bytes of one file and what they were since its last sync. Guarded by the lock of its {@link LossyDisk}. */
final class LossyContent {
    private static final int BLOCK_BYTES = 512;

    Path path;
    private final TreeMap<Long, List<byte[]>> before = new TreeMap<>();
    private final List<Long> sizesBefore = new ArrayList<>();

    LossyContent(Path path) {
        this.path = path;
    }

    int unsyncedBlocks() {
        return before.size();
    }

    /** Called before a range changes. */
    void remember(DiskFile file, long from, long to) throws IOException {
        sizesBefore.add(file.sizeBytes());
        for (long block = from / BLOCK_BYTES; block * BLOCK_BYTES < to; block++) {
            ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
            file.read(bytes, block * BLOCK_BYTES); // zeros beyond the end, as a hole would read
            before.computeIfAbsent(block, b -> new ArrayList<>()).add(bytes.array());
        }
    }

    /** Called when everything was synced. */
    void forget() {
        before.clear();
        sizesBefore.clear();
    }

    /**
     * Takes a random part back, in a file that takes the place of this one: who still has this one mapped must not find
     * its pages gone, as nobody does whose power was cut.
     *
     * @param keep how likely a group of blocks keeps its newest content
     * @param groupBlocks how many adjacent blocks share a fate
     * @return blocks that lost something
     */
    int lose(Random random, double keep, int groupBlocks) throws IOException {
        if (before.isEmpty() && sizesBefore.isEmpty()) {
            return 0;
        }
        Path left = path.resolveSibling(path.getFileName() + ".left");
        Files.copy(path, left);
        int lost = loseIn(left, random, keep, groupBlocks);
        Files.move(left, path, StandardCopyOption.ATOMIC_MOVE);
        return lost;
    }

    private int loseIn(Path left, Random random, double keep, int groupBlocks) throws IOException {
        int lost = 0;
        try (DiskFile file = Disk.real().open(left)) {
            if (!sizesBefore.isEmpty() && random.nextDouble() >= keep) {
                file.resize(sizesBefore.get(random.nextInt(sizesBefore.size())));
            }
            long sizeBytes = file.sizeBytes();
            long group = -1;
            double fate = 0;
            double version = 0;
            for (Map.Entry<Long, List<byte[]>> block : before.entrySet()) {
                if (block.getKey() / groupBlocks != group) {
                    group = block.getKey() / groupBlocks;
                    fate = random.nextDouble();
                    version = random.nextDouble();
                }
                long at = block.getKey() * BLOCK_BYTES;
                if (fate >= keep && at < sizeBytes) {
                    List<byte[]> versions = block.getValue();
                    byte[] bytes = versions.get((int) (version * versions.size()));
                    file.write(ByteBuffer.wrap(bytes, 0, (int) Math.min(BLOCK_BYTES, sizeBytes - at)), at);
                    lost++;
                }
            }
        }
        return lost;
    }
}

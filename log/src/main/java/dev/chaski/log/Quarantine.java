package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Sets damaged bytes aside, where an operator may look at them, and reports them. Any thread. That it cannot write its
 * own folder is reported as well and stops nothing.
 */
final class Quarantine {
    private final Disk disk;
    private final Path folder;
    private final Damage damage;

    /** Quarantine in a folder, which is made when needed. */
    Quarantine(Disk disk, Path folder, Damage damage) {
        this.disk = disk;
        this.folder = folder;
        this.damage = damage;
    }

    /** Reports what is wrong with the side file of a segment, and keeps a copy of it. */
    void report(Segment segment, String what, ByteBuffer side) {
        String name = segment.stream + "-" + segment.name.text() + SegmentName.SIDE;
        damage.add(segment + ": " + what + "; the side file was copied to " + copy(name, side));
    }

    /** Reports a record whose frames are not what was written, and keeps a copy of record and frames. */
    void report(Segment segment, int record, ByteBuffer recordBytes, ByteBuffer frames) {
        String name = segment.stream + "-" + segment.name.text() + "-" + record;
        int count = recordBytes.getShort(SideFormat.COUNT_AT);
        long first = recordBytes.getLong(SideFormat.FIRST_OFFSET_AT);
        damage.add(segment + ": record " + record + " of " + count + " messages from offset " + first
                + " on does not match its CRC; they are skipped, and were copied to "
                + copy(name + ".record", recordBytes) + " and " + copy(name + ".frames", frames));
    }

    /** Reports what has no bytes to set aside. */
    void report(String what) {
        damage.add(what);
    }

    /** Moves files that cannot be used out of the way, and reports them. */
    void setAside(String what, String prefix, Iterable<Path> files) {
        StringBuilder moved = new StringBuilder();
        for (Path file : files) {
            Path target = folder.resolve(prefix + "-" + file.getFileName());
            try {
                disk.makeFolder(folder);
                disk.move(file, target);
                moved.append(moved.isEmpty() ? "" : " and ").append(target);
            } catch (IOException e) {
                damage.add(file + ": could not be moved to " + target + ": " + e.getMessage());
            }
        }
        damage.add(what + "; set aside as " + moved);
    }

    private String copy(String name, ByteBuffer bytes) {
        Path target = folder.resolve(name);
        try {
            disk.makeFolder(folder);
            try (DiskFile file = disk.open(target)) {
                file.write(bytes.duplicate().clear(), 0);
            }
            return target.toString();
        } catch (IOException e) {
            return "nowhere (" + target + ": " + e.getMessage() + ")";
        }
    }
}

package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the records of a sealed segment follow one another without a hole, and repairs a copy of them where they
 * do not. Used once, by one thread.
 *
 * <p>A record that makes no sense becomes one of no messages at the place where it should begin: then the records are
 * in order again, can be searched, and readers pass over it.
 */
final class SideCheck {
    private final Segment segment;
    private final ByteBuffer side;
    private final ByteBuffer frames;
    private final Quarantine quarantine;
    private final CRC32C crc = new CRC32C();
    private long offset; // where the next record should begin
    private long position;

    SideCheck(Segment segment, ByteBuffer side, ByteBuffer frames, Quarantine quarantine) {
        this.segment = segment;
        this.side = side;
        this.frames = frames;
        this.quarantine = quarantine;
    }

    /**
     * Checks.
     *
     * @return null where all is well, else a repaired copy of the whole side file
     */
    @Nullable
    ByteBuffer repair() {
        return isRegular() ? null : repaired();
    }

    private boolean isRegular() {
        int records = segment.records();
        if (side.capacity() < SideFormat.recordPosition(records)) {
            return false;
        }
        restart();
        for (int i = 0; i < records; i++) {
            int at = Mapping.recordAt(i);
            if (!isPlausible(at) || segment.name.generation() == 0 && firstOffset(at) != offset || at(at) != position) {
                return false;
            }
            pass(at);
        }
        return segment.name.generation() > 0 || offset == segment.endOffset();
    }

    private ByteBuffer repaired() {
        int records = segment.records();
        ByteBuffer copy = ByteBuffer.allocateDirect(Mapping.recordAt(records));
        copy.put(0, side, 0, Math.min(copy.capacity(), side.capacity()));
        restart();
        long messages = 0;
        int bad = 0;
        for (int i = 0; i < records; i++) {
            int at = Mapping.recordAt(i);
            if (at + SideFormat.RECORD_BYTES <= side.capacity() && isPlausible(at) && canBeRead(at)) {
                messages += count(at);
                pass(at);
            } else {
                bad++;
                blank(copy, at);
            }
        }
        String lost = segment.name.generation() == 0
                ? (segment.messages() - messages) + " of " + segment.messages() + " messages are lost"
                : "messages are lost";
        quarantine.report(
                segment, bad + " of " + records + " records of the side file do not match its segment: " + lost, side);
        return copy;
    }

    private void restart() {
        offset = segment.firstOffset();
        position = 0;
    }

    private void pass(int at) {
        offset = firstOffset(at) + count(at);
        position = at(at) + side.getInt(at + SideFormat.LENGTH_AT);
    }

    private void blank(ByteBuffer copy, int at) {
        copy.putShort(at + SideFormat.COUNT_AT, (short) 0)
                .putLong(at + SideFormat.FIRST_OFFSET_AT, offset)
                .putLong(at + SideFormat.POSITION_AT, position)
                .putInt(at + SideFormat.LENGTH_AT, 0);
    }

    private boolean isPlausible(int at) {
        long first = firstOffset(at);
        return isShaped(side, at)
                && first >= offset
                && first + count(at) <= segment.endOffset()
                && at(at) >= position
                && at(at) + side.getInt(at + SideFormat.LENGTH_AT) <= frames.capacity();
    }

    /** Whether its frames are there and are those it was written with. */
    private boolean canBeRead(int at) {
        try {
            return isSound(side, frames, at, crc);
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            return false;
        }
    }

    private int count(int at) {
        return side.getShort(at + SideFormat.COUNT_AT);
    }

    private long firstOffset(int at) {
        return side.getLong(at + SideFormat.FIRST_OFFSET_AT);
    }

    private long at(int at) {
        return side.getLong(at + SideFormat.POSITION_AT);
    }

    /** Whether version, count and length can be those of a record. */
    static boolean isShaped(ByteBuffer side, int at) {
        int count = side.getShort(at + SideFormat.COUNT_AT);
        return side.get(at + SideFormat.RECORD_VERSION_AT) == SideFormat.VERSION
                && count > 0
                && count <= SideFormat.COUNT_MAX
                && side.getInt(at + SideFormat.LENGTH_AT) >= count * FrameFormat.BODY_OFFSET;
    }

    /**
     * Whether the CRC of a record, whose frames lie within the segment, is right.
     *
     * @throws InternalError where a mapped page cannot be read
     */
    static boolean isSound(ByteBuffer side, ByteBuffer frames, int at, CRC32C crc) {
        int position = (int) side.getLong(at + SideFormat.POSITION_AT);
        int length = side.getInt(at + SideFormat.LENGTH_AT);
        Pages.touch(frames, position, length);
        crc.reset();
        crc.update(
                side.slice(at + SideFormat.RECORD_VERSION_AT, SideFormat.RECORD_BYTES - SideFormat.RECORD_VERSION_AT));
        crc.update(frames.slice(position, length));
        return (int) crc.getValue() == side.getInt(at + SideFormat.CRC_AT);
    }
}

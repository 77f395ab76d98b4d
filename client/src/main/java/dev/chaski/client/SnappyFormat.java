package dev.chaski.client;

import java.util.zip.CRC32C;

/**
 * The chunks of a Snappy stream. The length is little endian and counts what follows it.
 *
 * <pre>{@code
 *  0      1              4              8
 *  +------+--------------+--------------+---------------------
 *  | type | length (24)  | masked crc   | block, or bytes as they are
 *  +------+--------------+--------------+---------------------
 * }</pre>
 *
 * The checksum is CRC32C of the bytes before compression. The format is google/snappy's framing_format.txt.
 */
final class SnappyFormat {
    static final int HEADER_BYTES = 4;
    static final int CHECKSUM_BYTES = 4;

    static final int COMPRESSED = 0x00;
    static final int UNCOMPRESSED = 0x01;
    /** From here on a reader may skip what it does not know. */
    static final int SKIPPABLE_FIRST = 0x80;

    static final int STREAM_IDENTIFIER = 0xFF;

    private static final byte[] STREAM_BEGIN = {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};
    private static final int MASK_DELTA = 0xA282_EAD8;

    private SnappyFormat() {}

    /** What a stream begins with. */
    static byte[] streamBegin() {
        return STREAM_BEGIN.clone();
    }

    static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}

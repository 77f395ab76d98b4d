package dev.chaski.wire;

/** Eight lower-case hex digits at a time, as they stand big endian in memory: no table, no branch, no state. */
public final class HexDigits {
    private static final long LOW_NIBBLES = 0x0F0F_0F0F_0F0F_0F0FL;
    private static final long ONES = 0x0101_0101_0101_0101L;

    private HexDigits() {}

    /**
     * The digits of a number.
     *
     * @param value 32 bits
     * @return eight ASCII digits, the highest first
     */
    public static long of(int value) {
        long x = value & 0xFFFF_FFFFL;
        x = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
        x = (x | x << 8) & 0x00FF_00FF_00FF_00FFL;
        x = (x | x << 4) & LOW_NIBBLES; // one digit's value per byte
        long letters = (x + 6 * ONES) >>> 4 & ONES; // 1 where it is 10 or more
        return x + '0' * ONES + letters * ('a' - '0' - 10);
    }

    /**
     * The number that digits stand for.
     *
     * @param digits eight ASCII characters, the highest first
     * @return 0 to 2<sup>32</sup> − 1, or −1 where they are not all lower-case hex digits
     */
    public static long value(long digits) {
        long x = (digits & LOW_NIBBLES) + 9 * (digits >>> 6 & ONES); // a letter's low bits count from 1
        x &= LOW_NIBBLES;
        x = (x | x >>> 4) & 0x00FF_00FF_00FF_00FFL;
        x = (x | x >>> 8) & 0x0000_FFFF_0000_FFFFL;
        x = (x | x >>> 16) & 0xFFFF_FFFFL;
        return of((int) x) == digits ? x : -1;
    }
}

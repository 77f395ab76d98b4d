package dev.chaski.engine;

/**
 * What came out of the search of a part of a {@link FarRange}.
 *
 * @param fromOffset first offset of the part, where the part before ended
 * @param toOffset first offset after it
 * @param found messages that come close: {@link #foundCount} pairs of offset and due time
 * @param foundCount how many
 * @param leftCount how many stay far
 * @param leftDueMs when the first of those is due, {@link Long#MAX_VALUE} where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
record Searched(long fromOffset, long toOffset, long[] found, int foundCount, int leftCount, long leftDueMs) {}

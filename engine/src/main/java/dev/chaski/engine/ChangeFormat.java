package dev.chaski.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a change in the change log. A record of the log holds one or more changes; all integers are big endian.
 *
 * <pre>
 *  0         1         2            6
 *  +---------+---------+------------+------------------------
 *  | version | type    | length     | fields, by type
 *  +---------+---------+------------+------------------------
 *                       counts these |--------------------|
 *
 *  name: length (16 bits), UTF-8     flag: 8 bits, 0 or 1
 *
 *  1 create topic    topic (32)  name
 *  2 delete topic    topic (32)
 *  3 pause topic     topic (32)  flag  released offset (64)
 *  4 release topic   topic (32)  released offset (64)
 *  5 create channel  topic (32)  channel (32)  name  start offset (64)
 *  6 delete channel  topic (32)  channel (32)
 *  7 pause channel   topic (32)  channel (32)  flag
 *  8 empty channel   topic (32)  channel (32)  epoch (32)  read offset (64)
 *  9 move cursor     see CursorFormat
 *  10 empty topic    topic (32)  from offset (64)  to offset (64)
 * </pre>
 */
final class ChangeFormat {
    static final byte VERSION = 1;
    static final int VERSION_OFFSET = 0;
    static final int TYPE_OFFSET = 1;
    static final int LENGTH_OFFSET = 2;
    static final int FIELDS_OFFSET = 6;
    /** More than any change but a cursor movement takes. */
    static final int BYTES_MAX = 256;

    static final byte CREATE_TOPIC = 1;
    static final byte DELETE_TOPIC = 2;
    static final byte PAUSE_TOPIC = 3;
    static final byte RELEASE_TOPIC = 4;
    static final byte CREATE_CHANNEL = 5;
    static final byte DELETE_CHANNEL = 6;
    static final byte PAUSE_CHANNEL = 7;
    static final byte EMPTY_CHANNEL = 8;
    static final byte MOVE_CURSOR = 9;
    static final byte EMPTY_TOPIC = 10;

    private ChangeFormat() {}

    /** Appends a change at the buffer's position. */
    static void write(ByteBuffer target, Change change) {
        int start = begin(target, typeOf(change));
        writeFields(target, change);
        end(target, start);
    }

    /** Writes a header whose length {@link #end} fills in. */
    static int begin(ByteBuffer target, byte type) {
        int start = target.position();
        target.put(VERSION).put(type).putInt(0);
        return start;
    }

    static void end(ByteBuffer target, int start) {
        target.putInt(start + LENGTH_OFFSET, target.position() - start - FIELDS_OFFSET);
    }

    /** Reads the fields of a change of this type, from position to limit. */
    static Change read(byte type, ByteBuffer fields) {
        int topic = fields.getInt();
        return switch (type) {
            case CREATE_TOPIC -> new Change.CreateTopic(topic, readName(fields));
            case DELETE_TOPIC -> new Change.DeleteTopic(topic);
            case PAUSE_TOPIC -> new Change.PauseTopic(topic, fields.get() != 0, fields.getLong());
            case RELEASE_TOPIC -> new Change.ReleaseTopic(topic, fields.getLong());
            case EMPTY_TOPIC -> new Change.EmptyTopic(topic, fields.getLong(), fields.getLong());
            case CREATE_CHANNEL -> new Change.CreateChannel(topic, fields.getInt(), readName(fields), fields.getLong());
            case DELETE_CHANNEL -> new Change.DeleteChannel(topic, fields.getInt());
            case PAUSE_CHANNEL -> new Change.PauseChannel(topic, fields.getInt(), fields.get() != 0);
            case EMPTY_CHANNEL -> new Change.EmptyChannel(topic, fields.getInt(), fields.getInt(), fields.getLong());
            default -> throw new IllegalArgumentException("change of unknown type " + type);
        };
    }

    private static byte typeOf(Change change) {
        return switch (change) {
            case Change.CreateTopic _ -> CREATE_TOPIC;
            case Change.DeleteTopic _ -> DELETE_TOPIC;
            case Change.PauseTopic _ -> PAUSE_TOPIC;
            case Change.ReleaseTopic _ -> RELEASE_TOPIC;
            case Change.EmptyTopic _ -> EMPTY_TOPIC;
            case Change.CreateChannel _ -> CREATE_CHANNEL;
            case Change.DeleteChannel _ -> DELETE_CHANNEL;
            case Change.PauseChannel _ -> PAUSE_CHANNEL;
            case Change.EmptyChannel _ -> EMPTY_CHANNEL;
        };
    }

    private static void writeFields(ByteBuffer target, Change change) {
        switch (change) {
            case Change.CreateTopic c -> writeName(target.putInt(c.topic()), c.name());
            case Change.DeleteTopic c -> target.putInt(c.topic());
            case Change.PauseTopic c ->
                writeFlag(target.putInt(c.topic()), c.isPaused()).putLong(c.releasedOffset());
            case Change.ReleaseTopic c -> target.putInt(c.topic()).putLong(c.releasedOffset());
            case Change.EmptyTopic c ->
                target.putInt(c.topic()).putLong(c.fromOffset()).putLong(c.toOffset());
            case Change.CreateChannel c ->
                writeName(target.putInt(c.topic()).putInt(c.channel()), c.name())
                        .putLong(c.startOffset());
            case Change.DeleteChannel c -> target.putInt(c.topic()).putInt(c.channel());
            case Change.PauseChannel c -> writeFlag(target.putInt(c.topic()).putInt(c.channel()), c.isPaused());
            case Change.EmptyChannel c ->
                target.putInt(c.topic()).putInt(c.channel()).putInt(c.epoch()).putLong(c.readOffset());
        }
    }

    private static ByteBuffer writeFlag(ByteBuffer target, boolean flag) {
        return target.put((byte) (flag ? 1 : 0));
    }

    private static ByteBuffer writeName(ByteBuffer target, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return target.putShort((short) bytes.length).put(bytes);
    }

    private static String readName(ByteBuffer source) {
        byte[] bytes = new byte[source.getShort() & 0xFFFF];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

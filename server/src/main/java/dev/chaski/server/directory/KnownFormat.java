package dev.chaski.server.directory;

import dev.chaski.wire.Names;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What a directory knows, as bytes. Sizes that are given are big-endian; other numbers are in LEB128, seven bits a byte,
 * lowest first.
 *
 * <pre>
 *  0  8  "CHSKLKUP"
 *  8  4  version, 1
 * 12  4  CRC32C of all that follows
 * 16  8  when it was written, in milliseconds since 1970
 * 24     count of nodes, then for each
 *          text broadcast address, number TCP port, number HTTP port, text version, text host name, text remote address
 *        count of topics, then for each
 *          text name, nodes, count of channels, then for each: text name, nodes
 *
 * text:  length in bytes, UTF-8
 * nodes: count, then the place of each among the nodes in rising order, less that of the one before (the first less −1)
 * </pre>
 */
final class KnownFormat {
    private static final byte[] MAGIC = "CHSKLKUP".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int TIME_OFFSET = 16;
    private static final int BODY_OFFSET = 24;
    private static final int LEB_BITS = 7;
    private static final int LEB_MASK = 0x7f;
    private static final int LEB_MORE = 0x80;

    private KnownFormat() {}

    /** It cannot be read; the message says why. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String why) {
            super(why);
        }
    }

    static byte[] encode(Known known) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[BODY_OFFSET]);
        number(out, known.nodes().size());
        for (KnownNode node : known.nodes()) {
            text(out, node.broadcastAddress());
            number(out, node.tcpPort());
            number(out, node.httpPort());
            text(out, node.version());
            text(out, node.hostname());
            text(out, node.remoteAddress());
        }
        number(out, known.topics().size());
        for (Known.Topic topic : known.topics()) {
            text(out, topic.name());
            nodes(out, topic.nodes());
            number(out, topic.channels().size());
            topic.channels().forEach((channel, nodes) -> {
                text(out, channel);
                nodes(out, nodes);
            });
        }
        byte[] bytes = out.toByteArray();
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.put(MAGIC).putInt(VERSION).putLong(TIME_OFFSET, known.writtenMs());
        header.putInt(CRC_OFFSET, crc(bytes));
        return bytes;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, TIME_OFFSET, bytes.length - TIME_OFFSET);
        return (int) crc.getValue();
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int left = number;
        while (left > LEB_MASK) {
            out.write(left & LEB_MASK | LEB_MORE);
            left >>>= LEB_BITS;
        }
        out.write(left);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void nodes(ByteArrayOutputStream out, BitSet nodes) {
        number(out, nodes.cardinality());
        int before = -1;
        for (int place = nodes.nextSetBit(0); place >= 0; place = nodes.nextSetBit(place + 1)) {
            number(out, place - before);
            before = place;
        }
    }

    static Known decode(byte[] bytes) throws DamagedException {
        if (bytes.length < BODY_OFFSET || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DamagedException("it is no file of registrations");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(VERSION_OFFSET) != VERSION) {
            throw new DamagedException("version " + in.getInt(VERSION_OFFSET) + " is not known here");
        }
        if (in.getInt(CRC_OFFSET) != crc(bytes)) {
            throw new DamagedException("its checksum does not fit");
        }
        in.position(BODY_OFFSET);
        try {
            List<KnownNode> nodes = readNodes(in);
            return new Known(in.getLong(TIME_OFFSET), nodes, readTopics(in, nodes.size()));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new DamagedException("it ends or says what cannot be");
        }
    }

    private static List<KnownNode> readNodes(ByteBuffer in) {
        int count = readNumber(in);
        List<KnownNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String address = readText(in);
            int tcpPort = readNumber(in);
            int httpPort = readNumber(in);
            String version = readText(in);
            String hostname = readText(in);
            nodes.add(new KnownNode(address, tcpPort, httpPort, version, hostname, readText(in), false, true));
        }
        return nodes;
    }

    private static List<Known.Topic> readTopics(ByteBuffer in, int nodeCount) {
        int count = readNumber(in);
        List<Known.Topic> topics = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = readName(in);
            BitSet nodes = readPlaces(in, nodeCount);
            int channelCount = readNumber(in);
            Map<String, BitSet> channels = new LinkedHashMap<>();
            for (int k = 0; k < channelCount; k++) {
                channels.put(readName(in), readPlaces(in, nodeCount));
            }
            topics.add(new Known.Topic(name, nodes, channels));
        }
        return topics;
    }

    private static int readNumber(ByteBuffer in) {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += LEB_BITS) {
            byte next = in.get();
            number |= (next & LEB_MASK) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number that is too long");
    }

    private static String readText(ByteBuffer in) {
        int length = readNumber(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String readName(ByteBuffer in) {
        String name = readText(in);
        if (!Names.isValid(name)) {
            throw new IllegalArgumentException("a name that is not valid");
        }
        return name;
    }

    private static BitSet readPlaces(ByteBuffer in, int nodeCount) {
        int count = readNumber(in);
        BitSet places = new BitSet();
        int place = -1;
        for (int i = 0; i < count; i++) {
            int step = readNumber(in);
            place += step;
            if (step <= 0 || place >= nodeCount || place < 0) {
                throw new IllegalArgumentException("a place of no node");
            }
            places.set(place);
        }
        return places;
    }
}

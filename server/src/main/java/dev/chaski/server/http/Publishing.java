package dev.chaski.server.http;

import dev.chaski.engine.Publisher;
import dev.chaski.engine.Topic;
import dev.chaski.server.http.Endpoint.Kind;
import dev.chaski.server.http.Endpoint.Refused;
import dev.chaski.wire.Names;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Publishes of a connection: a body is checked whole, then staged whole. Confined to the connection's loop. */
final class Publishing {
    private static final int SIZE_BYTES = Integer.BYTES;
    private static final byte LINE_END = '\n';

    private final HttpConnection connection;
    private final HttpDoor door;

    Publishing(HttpConnection connection) {
        this.connection = connection;
        door = connection.door();
    }

    private enum Form {
        /** One message. */
        WHOLE,
        /** A message per line that is not empty. */
        LINES,
        /** A count, then each message after its size. */
        SIZED
    }

    private record Plan(Form form, long deferMs) {}

    /** Checks and stages, and answers in time; the body is the caller's. */
    void publish(Exchange exchange, Kind kind, Query query, ByteBuf body) {
        try {
            if (kind == Kind.MESSAGE && !body.isReadable()) {
                throw new Refused(Answer.badRequest("MSG_EMPTY"));
            }
            String name = topicName(query);
            Topic topic = door.broker().findTopic(name);
            if (topic == null && !Names.isValid(name)) {
                throw new Refused(Answer.badRequest("INVALID_TOPIC"));
            }
            Plan plan = kind == Kind.MESSAGE
                    ? new Plan(Form.WHOLE, deferMs(query))
                    : new Plan(isBinary(query) ? Form.SIZED : Form.LINES, 0);
            check(plan, body);
            if (topic != null) {
                stage(exchange, topic, plan, body);
            } else {
                createAndStage(exchange, name, plan, body);
            }
        } catch (Refused e) {
            exchange.complete(e.answer());
        }
    }

    private static String topicName(Query query) throws Refused {
        if (!query.isValid()) {
            throw new Refused(Answer.badRequest("INVALID_REQUEST"));
        }
        String name = query.get("topic");
        if (name == null) {
            throw new Refused(Answer.badRequest("MISSING_ARG_TOPIC"));
        }
        return name;
    }

    private long deferMs(Query query) throws Refused {
        String value = query.get("defer");
        if (value == null) {
            return 0;
        }
        try {
            long deferMs = Long.parseLong(value);
            if (deferMs >= 0 && deferMs <= door.limits().maxDeferMs()) {
                return deferMs;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw new Refused(Answer.badRequest("INVALID_DEFER"));
    }

    /** As nsqd: whatever does not clearly say no is a yes. */
    private static boolean isBinary(Query query) {
        String value = query.get("binary");
        return value != null && !value.equals("false") && !value.equals("0");
    }

    private void check(Plan plan, ByteBuf body) throws Refused {
        switch (plan.form()) {
            case WHOLE -> {
                // Its size was checked when it came.
            }
            case LINES -> checkLines(body);
            case SIZED -> checkSized(body);
        }
    }

    private void checkLines(ByteBuf body) throws Refused {
        int end = body.writerIndex();
        for (int start = body.readerIndex(); start < end; ) {
            int lineEnd = lineEnd(body, start);
            if (lineEnd - start > door.limits().maxMsgSizeBytes()) {
                throw new Refused(Answer.tooLarge("MSG_TOO_BIG"));
            }
            start = lineEnd + 1;
        }
    }

    private void checkSized(ByteBuf body) throws Refused {
        int left = body.readableBytes() - SIZE_BYTES;
        int at = body.readerIndex();
        int count = left < 0 ? 0 : body.getInt(at);
        if (count <= 0 || count > (door.limits().maxBodySizeBytes() - SIZE_BYTES) / (SIZE_BYTES + 1)) {
            throw new Refused(Answer.tooLarge("BAD_BODY"));
        }
        at += SIZE_BYTES;
        for (int i = 0; i < count; i++) {
            left -= SIZE_BYTES;
            int size = left < 0 ? 0 : body.getInt(at);
            left -= size;
            if (size <= 0 || size > door.limits().maxMsgSizeBytes() || left < 0) {
                throw new Refused(Answer.tooLarge("BAD_MESSAGE"));
            }
            at += SIZE_BYTES + size;
        }
    }

    private void createAndStage(Exchange exchange, String name, Plan plan, ByteBuf body) {
        ByteBuf kept = body.retain();
        connection.errands().create(exchange, name, topic -> {
            try {
                if (topic != null) {
                    stage(exchange, topic, plan, kept);
                }
            } finally {
                kept.release();
            }
        });
    }

    private void stage(Exchange exchange, Topic topic, Plan plan, ByteBuf body) {
        Publisher publisher = connection.home().publisher();
        int start = body.readerIndex();
        int length = body.readableBytes();
        ByteBuffer source = body.internalNioBuffer(start, length);
        int shift = source.position() - start;
        int staged = switch (plan.form()) {
            case WHOLE -> {
                publisher.stage(topic, source, source.position(), length, plan.deferMs());
                yield 1;
            }
            case LINES -> stageLines(publisher, topic, body, source, shift);
            case SIZED -> stageSized(publisher, topic, source);
        };
        if (staged == 0) {
            exchange.complete(Answer.nsqText("OK"));
        } else {
            publisher.answer(topic, exchange);
        }
    }

    private static int stageLines(Publisher publisher, Topic topic, ByteBuf body, ByteBuffer source, int shift) {
        int count = 0;
        int end = body.writerIndex();
        // A line takes two bytes at least, but for the last.
        publisher.expect(topic, (body.readableBytes() + 1) / 2);
        for (int start = body.readerIndex(); start < end; ) {
            int lineEnd = lineEnd(body, start);
            if (lineEnd > start) {
                publisher.stage(topic, source, start + shift, lineEnd - start, 0);
                count++;
            }
            start = lineEnd + 1;
        }
        return count;
    }

    private static int stageSized(Publisher publisher, Topic topic, ByteBuffer source) {
        int at = source.position();
        int count = source.getInt(at);
        at += SIZE_BYTES;
        publisher.expect(topic, count);
        for (int i = 0; i < count; i++) {
            int size = source.getInt(at);
            publisher.stage(topic, source, at + SIZE_BYTES, size, 0);
            at += SIZE_BYTES + size;
        }
        return count;
    }

    private static int lineEnd(ByteBuf body, int start) {
        int length = body.writerIndex() - start;
        int found = body.bytesBefore(start, length, LINE_END);
        return found < 0 ? start + length : start + found;
    }
}

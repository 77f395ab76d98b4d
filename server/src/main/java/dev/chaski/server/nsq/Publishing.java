package dev.chaski.server.nsq;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.PublishListener;
import dev.chaski.engine.Publisher;
import dev.chaski.engine.Topic;
import dev.chaski.server.clients.ClientStats.PubCount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection's publishes: PUB, MPUB, DPUB, and their answers. Confined to the connection's loop, but for
 * {@link #counts}.
 */
final class Publishing {
    /** Bytes of messages that may be unanswered before reading stops until they are answered. */
    private static final long UNANSWERED_BYTES_MAX = 8 << 20;
    /** Publishes that may be unanswered before reading stops until they are answered. */
    private static final int UNANSWERED_COUNT_MAX = 32 << 10;
    /** Topics that are counted per connection; what goes to more is not told in the statistics. */
    private static final int COUNTED_TOPIC_COUNT_MAX = 1000;

    private static final int SIZE_BYTES = Integer.BYTES;
    private static final int PUB_WORD = 'P' << 24 | 'U' << 16 | 'B' << 8 | ' ';
    private static final int PUB_WORD_BYTES = 4;
    private static final int DPUB_WORDS = 3;

    private final Connection client;
    private final Input input;
    private final EnumMap<Verb, Answers> answers = new EnumMap<>(Verb.class);
    private @Nullable TopicName lastName;
    private @Nullable AtomicLong lastCount;
    private int unansweredCount;
    private long unansweredBytes;
    private boolean closesWhenAnswered;
    private volatile @Nullable Map<String, AtomicLong> counts;
    private final MultiBody multiBody;

    Publishing(Connection client) {
        this.client = client;
        input = client.input();
        multiBody = new MultiBody(client);
    }

    int unansweredCount() {
        return unansweredCount;
    }

    boolean hasPublished() {
        return counts != null;
    }

    /** Messages published, by topic. Any thread. */
    List<PubCount> counts() {
        Map<String, AtomicLong> known = counts;
        List<PubCount> list = new ArrayList<>();
        if (known != null) {
            known.forEach((topic, count) -> list.add(new PubCount(topic, count.get())));
        }
        return list;
    }

    void closeWhenAnswered() {
        closesWhenAnswered = true;
    }

    /** A PUB to the same topic as before, which most are: without a look for the line's end or the topic. */
    boolean publishFast() throws Refusal {
        TopicName name = lastName;
        if (name == null || client.negotiation().isTlsMissing()) {
            return false;
        }
        int lineBytes = PUB_WORD_BYTES + name.length() + 1;
        ByteBuffer bytes = input.bytes();
        int start = input.position();
        return input.available() >= lineBytes
                && bytes.getInt(start) == PUB_WORD
                && bytes.get(start + lineBytes - 1) == '\n'
                && name.stands(bytes, start + PUB_WORD_BYTES, name.length())
                && publish(Verb.PUB, name, lineBytes, 0);
    }

    boolean pub(Line line, int lineBytes) throws Refusal {
        if (line.count() < 2) {
            throw Refusal.invalid("PUB insufficient number of parameters");
        }
        return publish(Verb.PUB, name(Verb.PUB, line), lineBytes, 0);
    }

    boolean dpub(Line line, int lineBytes) throws Refusal {
        if (line.count() < DPUB_WORDS) {
            throw Refusal.invalid("DPUB insufficient number of parameters");
        }
        TopicName name = name(Verb.DPUB, line);
        long deferMs = line.number(2);
        if (deferMs == Line.NOT_A_NUMBER) {
            throw Refusal.invalid("DPUB could not parse timeout " + line.text(2));
        }
        long maxMs = client.limits().maxReqTimeoutMs();
        if (deferMs > maxMs) {
            throw Refusal.invalid("DPUB timeout " + deferMs + " out of range 0-" + maxMs);
        }
        return publish(Verb.DPUB, name, lineBytes, deferMs);
    }

    private TopicName name(Verb verb, Line line) throws Refusal {
        TopicName name = client.home().topics().name(input.bytes(), line.start(1), line.length(1));
        if (name == null) {
            throw Refusal.of("E_BAD_TOPIC", verb + " topic name " + Quoted.of(line.bytes(1)) + " is not valid");
        }
        return name;
    }

    private boolean publish(Verb verb, TopicName name, int lineBytes, long deferMs) throws Refusal {
        int bodyAt = lineBytes + SIZE_BYTES;
        if (!input.require(bodyAt)) {
            client.endOfInputError("E_BAD_MESSAGE " + verb + " failed to read message body size");
            return false;
        }
        int size = input.bytes().getInt(input.position() + lineBytes);
        if (size <= 0) {
            throw Refusal.of("E_BAD_MESSAGE", verb + " invalid message body size " + size);
        }
        int sizeMax = client.limits().maxMsgSizeBytes();
        if (size > sizeMax) {
            throw Refusal.of("E_BAD_MESSAGE", verb + " message too big " + size + " > " + sizeMax);
        }
        if (!input.require(bodyAt + size)) {
            client.endOfInputError("E_BAD_MESSAGE " + verb + " failed to read message body");
            return false;
        }
        if (!client.authorizing().mayPublish(verb.name(), name.text())) {
            return false;
        }
        Topic topic = topic(verb, name);
        Publisher publisher = client.home().publisher();
        publisher.stage(topic, input.bytes(), input.position() + bodyAt, size, deferMs);
        input.consume(bodyAt + size);
        await(verb, publisher, topic, size);
        count(name, 1);
        return true;
    }

    boolean mpub(Line line, int lineBytes) throws Refusal {
        if (line.count() < 2) {
            throw Refusal.invalid("MPUB insufficient number of parameters");
        }
        TopicName name = name(Verb.MPUB, line);
        if (!client.authorizing().mayPublish("MPUB", name.text()) || !multiBody.isWhole(lineBytes)) {
            return false;
        }
        Topic topic = topic(Verb.MPUB, name);
        Publisher publisher = client.home().publisher();
        int count = multiBody.stage(publisher, topic, lineBytes);
        int bodyBytes = multiBody.sizeBytes();
        input.consume(lineBytes + SIZE_BYTES + bodyBytes);
        await(Verb.MPUB, publisher, topic, bodyBytes);
        count(name, count);
        return true;
    }

    private Topic topic(Verb verb, TopicName name) throws Refusal {
        try {
            return client.home().topics().topic(name);
        } catch (BrokerException e) {
            throw Refusal.of("E_" + verb + "_FAILED", verb + " failed " + e.getMessage());
        }
    }

    private void await(Verb verb, Publisher publisher, Topic topic, int bytes) {
        Answers listener = answers.get(verb);
        if (listener == null) {
            listener = new Answers(verb);
            answers.put(verb, listener);
        }
        unansweredCount++;
        unansweredBytes += bytes;
        if (unansweredBytes > UNANSWERED_BYTES_MAX || unansweredCount > UNANSWERED_COUNT_MAX) {
            client.gate().close(ReadGate.UNANSWERED);
        }
        if (!client.channel().isWritable()) {
            // A consumer that lags is read from, so that it can finish; but what it is answered has to be bounded.
            client.gate().close(ReadGate.UNREAD);
        }
        publisher.answer(topic, listener);
    }

    private void count(TopicName name, int messages) {
        AtomicLong count = lastCount;
        if (name != lastName || count == null) {
            Map<String, AtomicLong> known = counts;
            if (known == null) {
                known = new ConcurrentHashMap<>();
                counts = known;
            }
            count = known.get(name.text());
            if (count == null) {
                count = new AtomicLong();
                if (known.size() < COUNTED_TOPIC_COUNT_MAX) {
                    known.put(name.text(), count);
                }
            }
            lastName = name;
            lastCount = count;
        }
        count.lazySet(count.get() + messages);
    }

    /** The connection went to another loop, whose names are others. */
    void moved() {
        lastName = null;
    }

    private void settled(int publishes) {
        unansweredCount -= publishes;
        if (unansweredCount > 0) {
            client.answering().flushSoon();
            return;
        }
        unansweredBytes = 0;
        if (closesWhenAnswered) {
            client.close();
        }
        client.answering().answered();
    }

    /** Told what became of the publishes of one command. */
    private final class Answers implements PublishListener {
        private final Verb verb;

        Answers(Verb verb) {
            this.verb = verb;
        }

        @Override
        public void published(int publishes) {
            if (!client.isClosing()) {
                client.output().oks(publishes);
                settled(publishes);
            }
        }

        @Override
        public void refused(int publishes, BrokerException why) {
            if (!client.isClosing()) {
                client.fail("E_" + verb + "_FAILED " + verb + " failed " + why.getMessage());
                settled(publishes);
            }
        }
    }
}

package dev.chaski.server.nsq;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Subscription;
import dev.chaski.engine.Subscription.Outcome;
import dev.chaski.wire.MessageId;
import dev.chaski.wire.Names;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection's subscription: SUB, RDY, FIN, REQ, TOUCH and CLS. Confined to the connection's
 * loop, but for {@link #subscription} and {@link #state}.
 */
final class Consuming {
    /** Before SUB, in nsqd's numbering of a client's states. */
    static final int STATE_INITIAL = 0;
    /** After SUB. */
    static final int STATE_SUBSCRIBED = 3;
    /** After CLS. */
    static final int STATE_CLOSING = 4;

    private static final int FIN_WORD = 'F' << 24 | 'I' << 16 | 'N' << 8 | ' ';
    private static final int FIN_WORD_BYTES = 4;
    private static final int FIN_BYTES = FIN_WORD_BYTES + MessageId.TEXT_BYTES + 1;
    private static final int SUB_WORDS = 3;
    private static final int REQ_WORDS = 3;
    /** A channel may go between finding it and subscribing; then it is made anew, so many times. */
    private static final int SUBSCRIBE_TRY_MAX = 3;

    private final Connection client;
    private final ReadPacer pacer;
    private final Delivering delivering;
    private volatile @Nullable Subscription subscription;
    private volatile int state = STATE_INITIAL;

    Consuming(Connection client) {
        this.client = client;
        pacer = new ReadPacer(client.gate());
        delivering = new Delivering(client);
    }

    /** Any thread. */
    @Nullable
    Subscription subscription() {
        return subscription;
    }

    /** Any thread. */
    int state() {
        return state;
    }

    boolean isSubscribed() {
        return state != STATE_INITIAL;
    }

    String describe() {
        Subscription own = subscription;
        return own == null
                ? "-"
                : own.channel().topic().name() + "/" + own.channel().name();
    }

    void pace(int readBytes) {
        Subscription own = subscription;
        if (own != null) {
            pacer.read(client.channel().eventLoop(), readBytes, own.inFlightCount());
        }
    }

    void resume() {
        Subscription own = subscription;
        if (own != null) {
            own.resume();
        }
    }

    void stop() {
        Subscription own = subscription;
        if (own != null) {
            own.stop();
        }
    }

    void unsubscribe() {
        Subscription own = subscription;
        if (own != null) {
            subscription = null;
            own.close();
        }
    }

    boolean subscribe(Line line, int lineBytes) throws Refusal {
        if (isSubscribed()) {
            throw Refusal.invalid("cannot SUB in current state");
        }
        if (client.settings().heartbeatMs() <= 0) {
            throw Refusal.invalid("cannot SUB with heartbeats disabled");
        }
        if (line.count() < SUB_WORDS) {
            throw Refusal.invalid("SUB insufficient number of parameters");
        }
        String topic = line.text(1);
        if (!Names.isValid(topic)) {
            throw Refusal.of("E_BAD_TOPIC", "SUB topic name " + Quoted.of(line.bytes(1)) + " is not valid");
        }
        String channel = line.text(2);
        if (!Names.isValid(channel)) {
            throw Refusal.of("E_BAD_CHANNEL", "SUB channel name " + Quoted.of(line.bytes(2)) + " is not valid");
        }
        if (!client.authorizing().maySubscribe(topic, channel) || client.mustWaitForAnswers()) {
            return false;
        }
        client.input().consume(lineBytes);
        state = STATE_SUBSCRIBED;
        subscribe(topic, channel, SUBSCRIBE_TRY_MAX);
        return true;
    }

    private void subscribe(String topic, String channelName, int triesLeft) {
        try {
            Channel channel = client.door().broker().topic(topic).channel(channelName);
            if (channel.loop().inLoop()) {
                subscribe(channel, triesLeft);
            } else {
                client.moving().moveTo(channel.loop(), () -> {
                    client.publishing().moved();
                    subscribe(channel, triesLeft);
                });
            }
        } catch (BrokerException e) {
            client.fail("E_SUB_FAILED SUB failed " + reason(e));
        }
    }

    private void subscribe(Channel channel, int triesLeft) {
        try {
            subscription = channel.subscribe(delivering);
            client.output().oks(1);
        } catch (BrokerException e) {
            if (e.reason() == BrokerException.Reason.DELETED && triesLeft > 1) {
                subscribe(channel.topic().name(), channel.name(), triesLeft - 1);
            } else {
                client.fail("E_SUB_FAILED SUB failed " + reason(e));
            }
        }
    }

    private static String reason(BrokerException e) {
        return switch (e.reason()) {
            case DELETED -> "to deleted topic/channel";
            case EXITING -> "exiting";
            default -> String.valueOf(e.getMessage());
        };
    }

    boolean ready(Line line, int lineBytes) throws Refusal {
        if (state == STATE_CLOSING) {
            client.input().consume(lineBytes);
            return true;
        }
        Subscription own = own("RDY");
        long count = 1;
        if (line.count() > 1) {
            count = line.number(1);
            if (count == Line.NOT_A_NUMBER) {
                throw Refusal.invalid("RDY could not parse count " + line.text(1));
            }
        }
        int countMax = client.limits().maxRdyCount();
        if (count > countMax) {
            throw Refusal.invalid("RDY count " + count + " out of range 0-" + countMax);
        }
        own.ready((int) count);
        client.input().consume(lineBytes);
        return true;
    }

    /** A FIN as every library sends it, without a look for the line's end. */
    boolean finishFast() {
        Subscription own = subscription;
        Input input = client.input();
        if (own == null || input.available() < FIN_BYTES) {
            return false;
        }
        ByteBuffer bytes = input.bytes();
        int start = input.position();
        if (bytes.getInt(start) != FIN_WORD || bytes.get(start + FIN_BYTES - 1) != '\n') {
            return false;
        }
        long id = MessageId.get(bytes, start + FIN_WORD_BYTES);
        Outcome outcome = own.finish(id);
        if (outcome != Outcome.DONE) {
            byte[] text = new byte[MessageId.TEXT_BYTES];
            bytes.get(start + FIN_WORD_BYTES, text);
            failed("FIN", new String(text, java.nio.charset.StandardCharsets.UTF_8), outcome);
        }
        input.consume(FIN_BYTES);
        return true;
    }

    boolean finish(Line line, int lineBytes) throws Refusal {
        Subscription own = own("FIN");
        long id = id(line, "FIN", 2);
        settle("FIN", line, own.finish(id));
        client.input().consume(lineBytes);
        return true;
    }

    boolean requeue(Line line, int lineBytes) throws Refusal {
        Subscription own = own("REQ");
        long id = id(line, "REQ", REQ_WORDS);
        long delayMs = line.number(2);
        if (delayMs == Line.NOT_A_NUMBER) {
            throw Refusal.invalid("REQ could not parse timeout " + line.text(2));
        }
        settle("REQ", line, own.requeue(id, Math.min(delayMs, client.limits().maxReqTimeoutMs())));
        client.input().consume(lineBytes);
        return true;
    }

    boolean touch(Line line, int lineBytes) throws Refusal {
        Subscription own = own("TOUCH");
        long id = id(line, "TOUCH", 2);
        settle("TOUCH", line, own.touch(id, client.limits().maxMsgTimeoutMs()));
        client.input().consume(lineBytes);
        return true;
    }

    boolean startClose(int lineBytes) throws Refusal {
        if (state != STATE_SUBSCRIBED) {
            throw Refusal.invalid("cannot CLS in current state");
        }
        if (client.mustWaitForAnswers()) {
            return false;
        }
        Subscription own = own("CLS");
        state = STATE_CLOSING;
        own.ready(0);
        own.stop();
        client.output().response("CLOSE_WAIT");
        client.input().consume(lineBytes);
        return true;
    }

    private Subscription own(String verb) throws Refusal {
        Subscription own = subscription;
        if (own == null) {
            throw Refusal.invalid("cannot " + verb + " in current state");
        }
        return own;
    }

    private long id(Line line, String verb, int wordsMin) throws Refusal {
        if (line.count() < wordsMin) {
            throw Refusal.invalid(verb + " insufficient number of params");
        }
        if (line.length(1) != MessageId.TEXT_BYTES) {
            throw Refusal.invalid("invalid message ID");
        }
        return MessageId.get(client.input().bytes(), line.start(1));
    }

    private void settle(String verb, Line line, Outcome outcome) {
        if (outcome != Outcome.DONE) {
            failed(verb, line.text(1), outcome);
        }
    }

    private void failed(String verb, String id, Outcome outcome) {
        String reason = outcome == Outcome.NOT_OWNER ? "client does not own message" : "ID not in flight";
        client.error("E_" + verb + "_FAILED " + verb + " " + id + " failed " + reason);
        if (!client.channel().isWritable()) {
            // A consumer that lags is read from, so that it can finish; but what it is answered has to be bounded.
            client.gate().close(ReadGate.UNREAD);
        }
    }
}

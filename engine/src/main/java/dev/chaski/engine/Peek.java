package dev.chaski.engine;

import dev.chaski.engine.SeenMessage.Standing;
import dev.chaski.engine.SeenMessage.State;
import dev.chaski.log.LogException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the messages that a {@link ChannelGlimpse} names. Blocks on the disk: not on a loop. Used once. */
final class Peek {
    private final Topic topic;
    private final PeekQuery query;
    private final long nowMs;

    Peek(Topic topic, PeekQuery query, long nowMs) {
        this.topic = topic;
        this.query = query;
        this.nowMs = nowMs;
    }

    /** The first of them by offset. */
    List<SeenMessage> read(ChannelGlimpse glimpse) throws BrokerException, InterruptedException {
        List<SeenMessage> found = new ArrayList<>();
        try (QuietReader reader = new QuietReader(topic, query.bodyBytesMax())) {
            for (Map.Entry<Long, Standing> known : glimpse.known().entrySet()) {
                add(found, reader.at(known.getKey(), known.getValue()));
            }
            for (FarRange range : glimpse.far()) {
                if (found.size() < 2 * query.countMax()) {
                    readFar(range, reader, found);
                }
            }
            if (query.wants(State.WAITING) || query.wants(State.DEFERRED)) {
                readNew(glimpse, reader, found);
            }
        } catch (LogException e) {
            throw Failures.of("cannot read messages of topic " + topic.name(), e);
        }
        found.sort(Comparator.comparingLong(SeenMessage::offset));
        return List.copyOf(found.subList(0, Math.min(found.size(), query.countMax())));
    }

    private static void add(List<SeenMessage> to, @Nullable SeenMessage message) {
        if (message != null) {
            to.add(message);
        }
    }

    /** The commit records name the deferred ones; see {@link FarDeferrals} for which of them are far. */
    private void readFar(FarRange range, QuietReader reader, List<SeenMessage> to)
            throws LogException, InterruptedException {
        Map<Long, Long> due = new TreeMap<>();
        topic.log().findDeferred(range.fromOffset(), range.toOffset() - 1, (first, count, dueMs) -> {
            for (int i = 0; i < count && dueMs > range.settledMs() && due.size() < query.countMax(); i++) {
                due.put(first + i, dueMs);
            }
        });
        for (Map.Entry<Long, Long> message : due.entrySet()) {
            add(to, reader.at(message.getKey(), Standing.deferred(message.getValue())));
        }
    }

    private void readNew(ChannelGlimpse glimpse, QuietReader reader, List<SeenMessage> to) throws InterruptedException {
        int left = query.countMax();
        int looks = PeekQuery.COUNT_MAX;
        long offset = glimpse.readOffset();
        while (left > 0 && looks-- > 0) {
            long wanted = glimpse.passed().pass(topic.emptied().pass(offset));
            SeenMessage message = reader.next(wanted, topic.limit(), this::standingOfNew);
            if (message == null) {
                return;
            }
            if (query.wants(message.state())
                    && glimpse.passed().pass(topic.emptied().pass(message.offset())) == message.offset()) {
                to.add(message);
                left--;
            }
            offset = message.offset() + 1;
        }
    }

    private Standing standingOfNew(long deferUntilMs) {
        return deferUntilMs > nowMs ? Standing.deferred(deferUntilMs) : Standing.NEW;
    }
}

package dev.chaski.testing;

import dev.chaski.server.Chaski;
import dev.chaski.server.StartException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What a test wants of its broker. Immutable. */
record Settings(
        boolean isPerMethod,
        List<TopicWish> topics,
        Duration settle,
        Allowance allowance,
        Consumer<Chaski.Builder> more) {
    static final long SETTLE_MS = 2_000;

    static final Settings DEFAULTS =
            new Settings(false, List.of(), Duration.ofMillis(SETTLE_MS), Allowance.NOTHING, builder -> {});

    /** A topic to be made, with channels. */
    record TopicWish(String topic, List<String> channels) {
        /** Reads {@code topic} or {@code topic/channel}: no name has a slash. */
        static TopicWish parse(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new TopicWish(text, List.of())
                    : new TopicWish(text.substring(0, slash), List.of(text.substring(slash + 1)));
        }
    }

    static Settings of(WithChaski annotation) {
        Duration settle = Duration.ofMillis(annotation.settleMillis());
        if (settle.isNegative()) {
            throw new IllegalArgumentException("settleMillis is " + annotation.settleMillis() + ", below 0");
        }
        List<TopicWish> topics =
                List.of(annotation.topics()).stream().map(TopicWish::parse).toList();
        Consumer<Chaski.Builder> more = annotation.lookup() ? Chaski.Builder::lookup : builder -> {};
        return new Settings(annotation.perMethod(), topics, settle, Allowance.NOTHING, more);
    }

    Settings perMethod() {
        return new Settings(true, topics, settle, allowance, more);
    }

    TestBroker start() throws StartException {
        Chaski.Builder builder = Chaski.builder();
        more.accept(builder);
        TestBroker broker = new TestBroker(builder.start());
        try {
            topics.forEach(
                    wish -> broker.createTopic(wish.topic(), wish.channels().toArray(String[]::new)));
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }
}

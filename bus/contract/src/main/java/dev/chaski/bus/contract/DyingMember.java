package dev.chaski.bus.contract;

import dev.chaski.bus.Bus;
import dev.chaski.bus.SubscribeOptions;
import java.io.IOException;
import java.time.Duration;

/** A program that subscribes to a queue, takes a message, and never says that it is done, until somebody kills it. */
final class DyingMember {
    static final String READY = "ready";
    static final String HOLDS = "holds";

    private DyingMember() {}

    /**
     * Lives until its input ends.
     *
     * @param args URI, topic, queue, milliseconds of its time-out
     */
    public static void main(String[] args) throws IOException {
        try (Bus bus = Bus.of(args[0])) {
            bus.connect();
            SubscribeOptions options = SubscribeOptions.queue(args[2])
                    .manualAck()
                    .withAckTimeout(Duration.ofMillis(Long.parseLong(args[3])))
                    .withInFlightMax(1);
            bus.subscribe(args[1], event -> say(HOLDS), options);
            say(READY);
            while (System.in.read() >= 0) {
                // Nobody writes; it ends with the test.
            }
        }
    }

    private static void say(String word) {
        System.out.println(word);
    }
}

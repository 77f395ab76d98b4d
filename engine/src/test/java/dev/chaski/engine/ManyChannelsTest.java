package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ManyChannelsTest {
    private static final int CHANNELS = 1_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    /** Three kilobytes each: 30 MB for ten thousand channels. All that the loops allocate is more than what stays. */
    @Test
    void aMessageInFlightTakesThreeKilobytesOfAChannelAtMost() {
        try (TestBroker broker = TestBroker.open(folder)) {
            List<TestConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                consumers.add(new TestConsumer(broker.channel("orders", "channel" + i), 1, false));
            }
            long before = allocatedBytes(broker);

            broker.publish("orders", "one");
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> consumers.stream().allMatch(consumer -> consumer.got.size() == 1));

            assertThat(allocatedBytes(broker) - before).isLessThan(3_000L * CHANNELS);
        }
    }

    /** An ephemeral channel has no cursor on disk, but its movements are noted as any other's. */
    @Test
    void anEphemeralChannelKeepsNothingOfWhatIsFinished() {
        try (TestBroker broker = TestBroker.open(folder)) {
            Channel channel = broker.channel("orders", "tail#ephemeral");
            TestConsumer consumer = new TestConsumer(channel, 1, true);

            broker.publish("orders", "one");

            await().atMost(60, TimeUnit.SECONDS).until(() -> consumer.got.size() == 1);
            TestLoop loop = (TestLoop) channel.loop();
            await().atMost(60, TimeUnit.SECONDS).until(() -> loop.ask(() -> !channel.hasUnwritten()));
        }
    }

    private static long allocatedBytes(TestBroker broker) {
        return broker.loop(0).ask(THREADS::getCurrentThreadAllocatedBytes)
                + broker.loop(1).ask(THREADS::getCurrentThreadAllocatedBytes);
    }
}

package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages come out as they went in, many at a time, and never too many wait. */
@Timeout(60)
class InboxTest {
    /** Goes nowhere. */
    private static final Message.Source NOWHERE = new Message.Source() {
        @Override
        public ServerAddress address() {
            return new ServerAddress("127.0.0.1", 1);
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public long timeoutNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public Duration requeueDelay(int attempts) {
            return Duration.ZERO;
        }

        @Override
        public void send(byte[] command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void settled(Message.Fate fate) {
            throw new UnsupportedOperationException();
        }
    };

    private static List<Message> messages(int from, int to) {
        return IntStream.range(from, to).mapToObj(InboxTest::message).toList();
    }

    private static Message message(int number) {
        byte[] id = String.format("%016x", number).getBytes(StandardCharsets.US_ASCII);
        return new Message(NOWHERE, new Frame.Delivery(0, number, id, new byte[1]), System.nanoTime());
    }

    private static List<Integer> numbers(List<Message> messages) {
        return messages.stream().map(Message::attempts).toList();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void asManyAreTakenAsThereAreAndAreWanted() throws Exception {
        Inbox inbox = new Inbox(100);
        inbox.put(messages(0, 10));
        List<Message> taken = new ArrayList<>();
        inbox.take(taken, 4);
        assertThat(numbers(taken)).isEqualTo(range(0, 4));
        inbox.take(taken, 100);
        assertThat(numbers(taken)).isEqualTo(range(0, 10));
    }

    @Test
    void whatIsPutBackComesFirst() throws Exception {
        Inbox inbox = new Inbox(100);
        inbox.put(messages(0, 10));
        List<Message> taken = new ArrayList<>();
        inbox.take(taken, 6);
        inbox.putBack(taken.subList(2, 6));
        List<Message> rest = new ArrayList<>();
        inbox.drainTo(rest);
        assertThat(numbers(rest)).isEqualTo(range(2, 10));
    }

    @Test
    void aBatchWaitsForMoreUntilItIsFull() throws Exception {
        Inbox inbox = new Inbox(100);
        inbox.put(messages(0, 1));
        List<Message> taken = new ArrayList<>();
        Thread taker = Thread.ofVirtual().start(() -> takeFive(inbox, taken));
        await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
        inbox.put(messages(1, 9));
        taker.join();
        assertThat(numbers(taken)).isEqualTo(range(0, 5));
    }

    @Test
    void aBatchThatDoesNotFillIsTakenAfterItsTime() throws Exception {
        Inbox inbox = new Inbox(100);
        inbox.put(messages(0, 3));
        List<Message> taken = new ArrayList<>();
        inbox.take(taken, 5, 1_000_000);
        assertThat(numbers(taken)).isEqualTo(range(0, 3));
    }

    private static void takeFive(Inbox inbox, List<Message> into) {
        try {
            inbox.take(into, 5, Duration.ofMinutes(1).toNanos());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoBringsTooManyWaits() throws Exception {
        Inbox inbox = new Inbox(4);
        inbox.put(messages(0, 4));
        Thread bringer = Thread.ofVirtual().start(() -> {
            try {
                inbox.put(messages(4, 6));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> bringer.getState() == Thread.State.WAITING);
        List<Message> taken = new ArrayList<>();
        inbox.take(taken, 1);
        bringer.join();
        inbox.drainTo(taken);
        assertThat(numbers(taken)).isEqualTo(range(0, 6));
    }
}

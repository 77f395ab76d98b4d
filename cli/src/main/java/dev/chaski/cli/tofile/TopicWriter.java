package dev.chaski.cli.tofile;

import dev.chaski.client.Consumer;
import dev.chaski.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a topic's messages and finishes them when they are durable. It syncs when the consumer gets no more without that,
 * so that a sync is for as many messages as possible, or when the oldest has waited for the interval. One platform thread
 * does all of it; the methods are for any thread.
 */
public final class TopicWriter {
    /** How late a file may be closed when its time is over and nothing comes. */
    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long IDLE_NS = TimeUnit.HOURS.toNanos(1);
    /** After a failure an empty file is not tried sooner; messages come when the consumer's back-off lets them. */
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);
    /** The share of the messages in flight that must be here, before their sync is worth it. */
    private static final double SYNC_SHARE = 0.85;

    private final String topic;
    private final FileSettings settings;
    private final long syncNs;
    private final FileEvents events;
    private final TopicFile file;
    private final HeldMessages held = new HeldMessages();
    private final Thread thread;
    private volatile @Nullable Consumer consumer;
    private volatile boolean wantsReopen;
    private volatile boolean isHurried;
    private volatile boolean isClosing;
    private volatile boolean isFailing;
    /** Messages that were written and are not synced. */
    private int written;

    private long writtenSinceNs;
    private long openAfterNs = System.nanoTime();

    /**
     * Starts to write.
     *
     * @param topic whose messages
     * @param settings of its files
     * @param syncInterval how long a message may wait for a sync
     * @param events hears of files
     * @throws IllegalArgumentException where the topic's files would lie outside their folder
     */
    public TopicWriter(String topic, FileSettings settings, Duration syncInterval, FileEvents events) {
        this.topic = topic;
        this.settings = settings;
        this.events = events;
        syncNs = syncInterval.toNanos();
        file = new TopicFile(settings, topic, FileOpener.REAL, events);
        thread = Thread.ofPlatform().name("to-file-" + topic).start(this::run);
    }

    /**
     * Takes a message.
     *
     * @param message to be finished when it is durable
     */
    public void put(Message message) {
        held.put(message);
    }

    /**
     * Says whose messages they are.
     *
     * @param source asked whether it is starved
     */
    public void consumer(Consumer source) {
        consumer = source;
        held.wake();
    }

    /** Closes the file; what comes next goes to a new one, or to one of the same name that somebody has moved away. */
    public void reopen() {
        wantsReopen = true;
        held.wake();
    }

    /** Touches what waits, where that is due. Called a few times a second. */
    public void touch() {
        held.touchIfDue(System.nanoTime());
    }

    /** Syncs at once from now on: no more is to come. */
    public void hurry() {
        isHurried = true;
        held.wake();
    }

    /**
     * Writes what is here, closes the file and returns.
     *
     * @return whether nothing is left that could not be written
     * @throws InterruptedException where the thread is interrupted
     */
    public boolean close() throws InterruptedException {
        isHurried = true;
        isClosing = true;
        held.wake();
        thread.join();
        return !isFailing;
    }

    private void run() {
        boolean isLast = false;
        while (!isLast) {
            List<Message> batch = held.take(waitNs());
            isLast = isClosing && batch.isEmpty();
            try {
                turn(batch, isLast);
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
    }

    private long waitNs() {
        if (isClosing) {
            return 0;
        }
        long tickNs = file.isOpen() || !settings.skipsEmpty() ? TICK_NS : IDLE_NS;
        return written == 0 ? tickNs : Math.min(tickNs, Math.max(0, writtenSinceNs + syncNs - System.nanoTime()));
    }

    private void turn(List<Message> batch, boolean isLast) throws IOException {
        if (wantsReopen || file.isOver()) {
            wantsReopen = false;
            closeFile();
        }
        for (Message message : batch) {
            if (file.isFull()) {
                closeFile();
            }
            file.write(message.body());
            if (written++ == 0) {
                writtenSinceNs = System.nanoTime();
            }
        }
        if (written > 0 && isSyncDue()) {
            file.sync();
            finish();
        }
        if (isLast) {
            closeFile();
        } else if (!file.isOpen() && !settings.skipsEmpty() && System.nanoTime() - openAfterNs >= 0) {
            file.open();
            recovered();
        }
    }

    private boolean isSyncDue() {
        if (isHurried || System.nanoTime() - writtenSinceNs >= syncNs) {
            return true;
        }
        Consumer source = consumer;
        return source != null
                && !held.hasArrived()
                && source.isStarved()
                && written >= SYNC_SHARE * source.stats().inFlight();
    }

    private void closeFile() throws IOException {
        file.close();
        finish();
    }

    private void finish() {
        if (written > 0) {
            held.finish(written);
            written = 0;
            recovered();
        }
    }

    private void recovered() {
        if (isFailing) {
            isFailing = false;
            events.recovered(topic);
        }
    }

    /** What is not synced counts as not written, and goes back to the channel; the consumer backs off. */
    private void fail(Exception why) {
        try {
            file.abandon();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        written = 0;
        isFailing = true;
        openAfterNs = System.nanoTime() + RETRY_NS;
        events.failed(topic, held.giveBack(), why);
    }
}

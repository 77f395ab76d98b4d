package dev.chaski.server.http;

import dev.chaski.engine.Loop;
import dev.chaski.engine.Publisher;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the door keeps for each loop, shared by the loop's connections: who has something to send at the end of the turn,
 * who has to be watched, and the answer that nearly all publishes get. Confined to the loop.
 */
final class HttpLoop {
    static final long TICK_MS = 1_000;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Loop loop;
    private final @Nullable Publisher publisher;
    private final InstantSource clock;
    private final ArrayDeque<Output> unflushed = new ArrayDeque<>();
    private final Set<HttpConnection> connections = new LinkedHashSet<>();
    private final Runnable flush = this::flush;
    private boolean isTicking;
    private long dateS = Long.MIN_VALUE;
    private String date = "";
    private byte[] ok = {};

    HttpLoop(Loop loop, @Nullable Publisher publisher, InstantSource clock) {
        this.loop = loop;
        this.publisher = publisher;
        this.clock = clock;
    }

    Loop loop() {
        return loop;
    }

    /** Where messages go to; for a door that takes publishes. */
    Publisher publisher() {
        return Objects.requireNonNull(publisher, "a door without publishes");
    }

    /** The date as answers tell it. */
    String date() {
        refreshDate();
        return date;
    }

    /** The whole answer to a publish over a connection that goes on. */
    byte[] ok() {
        refreshDate();
        return ok;
    }

    private void refreshDate() {
        long nowS = Math.floorDiv(clock.millis(), TICK_MS);
        if (nowS != dateS) {
            dateS = nowS;
            date = DATE.format(Instant.ofEpochSecond(nowS));
            ok = ("HTTP/1.1 200 OK\r\nX-Nsq-Content-Type: nsq; version=1.0\r\nDate: " + date
                            + "\r\nContent-Length: 2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOK")
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Sends what a connection has at the end of the turn. */
    void flushSoon(Output output) {
        if (unflushed.isEmpty()) {
            loop.execute(flush);
        }
        unflushed.add(output);
    }

    private void flush() {
        for (int count = unflushed.size(); count > 0; count--) {
            unflushed.remove().flush();
        }
        if (!unflushed.isEmpty()) {
            loop.execute(flush);
        }
    }

    void add(HttpConnection connection) {
        connections.add(connection);
        if (!isTicking) {
            isTicking = true;
            loop.schedule(this::tick, TICK_MS);
        }
    }

    void remove(HttpConnection connection) {
        connections.remove(connection);
    }

    private void tick() {
        for (HttpConnection connection : new ArrayList<>(connections)) {
            connection.watch();
        }
        isTicking = !connections.isEmpty();
        if (isTicking) {
            loop.schedule(this::tick, TICK_MS);
        }
    }
}

package dev.chaski.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What tests of a consumer have in common: a server that says what each test wants, over a real socket. */
abstract class ConsumerFixture {
    static final String ID = "0123456789abcde";

    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    final List<String> handled = new CopyOnWriteArrayList<>();

    static ConsumerBuilder settings(FakeNsqd... servers) {
        ConsumerBuilder builder = Consumer.builder("orders", "billing")
                .closeTimeout(Duration.ofSeconds(10))
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
        for (FakeNsqd server : servers) {
            builder.servers(server.address());
        }
        return builder;
    }

    /** Answers SUB, waits for the first RDY, and delivers. */
    static void subscribe(FakeNsqd.Session session, String... bodies) throws Exception {
        session.expect("SUB");
        session.ok();
        session.expect("RDY");
        for (int i = 0; i < bodies.length; i++) {
            session.message(ID + i, 1, bodies[i]);
        }
    }

    /** Notes what is said, and answers CLS. */
    void listen(FakeNsqd.Session session) throws Exception {
        while (true) {
            String line = session.read().line();
            lines.add(line);
            if (line.equals("CLS")) {
                session.respond("CLOSE_WAIT");
            }
        }
    }

    String nextLine() throws InterruptedException {
        return lines.poll(20, TimeUnit.SECONDS);
    }
}

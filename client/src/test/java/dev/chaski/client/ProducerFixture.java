package dev.chaski.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/** What tests of a producer have in common: a server that says what each test wants, over a real socket. */
abstract class ProducerFixture {
    final BlockingQueue<FakeNsqd.Command> commands = new LinkedBlockingQueue<>();

    static byte[] body(String text) {
        return text.getBytes(UTF_8);
    }

    static ProducerBuilder settings(FakeNsqd... servers) {
        ProducerBuilder builder = Producer.builder()
                .publishTimeout(Duration.ofSeconds(20))
                .closeTimeout(Duration.ofSeconds(10))
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
        for (FakeNsqd server : servers) {
            builder.hosts(server.address());
        }
        return builder;
    }

    void answerAll(FakeNsqd.Session session) throws Exception {
        while (true) {
            FakeNsqd.Command command = session.read();
            if (!command.verb().equals("NOP")) {
                commands.add(command);
                session.ok();
            }
        }
    }

    static ClientException failureOf(CompletableFuture<?> future) {
        CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
        return (ClientException) thrown.getCause();
    }
}

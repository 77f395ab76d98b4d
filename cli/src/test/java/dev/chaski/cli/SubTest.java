package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** {@code chaski sub} against a real broker. */
@Timeout(60)
class SubTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Runnable> onSignal = new ArrayList<>();
    private Chaski broker;

    @BeforeEach
    void start() throws Exception {
        broker = Chaski.start();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private String tcp() {
        return "127.0.0.1:" + broker.tcpAddress().getPort();
    }

    private void publish(String... bodies) {
        try (Producer producer = Producer.of(tcp())) {
            for (String body : bodies) {
                producer.publish("orders", body.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private int sub(OutputStream to, String... arguments) {
        List<String> all = new ArrayList<>(List.of("orders", "billing"));
        all.addAll(List.of(arguments));
        if (all.stream().noneMatch(argument -> argument.startsWith("--lookupd"))) {
            all.add("--broker=" + tcp());
        }
        PrintStream printed = new PrintStream(to, true, StandardCharsets.UTF_8);
        PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CommandLine(new SubCommand(printed, told, onSignal::add)).execute(all.toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void itGoesOnWhereItWas() {
        publish("1", "2", "3");
        assertThat(sub(out, "--limit=2")).isEqualTo(ExitCode.OK);
        publish("4");
        assertThat(sub(out, "--limit=2")).isEqualTo(ExitCode.OK);
        assertThat(printed().lines()).containsExactlyInAnyOrder("1", "2", "3", "4");
        await().until(() ->
                broker.topics().backlogs().getFirst().channels().getFirst().inFlight() == 0);
    }

    @Test
    void whatItsReaderDidNotGetComesAgainWhenItIsToldTo() {
        publish("1");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        long sinceNs = System.nanoTime();
        assertThat(sub(closed, "--requeue=300ms")).isEqualTo(ExitCode.OK);
        assertThat(sub(out, "--limit=1", "--json")).isEqualTo(ExitCode.OK);
        assertThat(System.nanoTime() - sinceNs).isGreaterThanOrEqualTo(300_000_000L);
        assertThat(printed()).contains("\"attempts\":2", "\"body\":\"1\"");
    }

    @Test
    void aMessageThatCameBackManyTimesIsStillPrinted() {
        publish("1");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        for (int i = 0; i < 7; i++) {
            assertThat(sub(closed)).isEqualTo(ExitCode.OK);
        }
        assertThat(sub(out, "--limit=1", "--json")).isEqualTo(ExitCode.OK);
        assertThat(printed()).contains("\"body\":\"1\"").containsPattern("\"attempts\":([89]|\\d\\d)");
    }

    @Test
    void brokersAreFoundByALookup() throws Exception {
        publish("1");
        try (FakeHttp lookup = new FakeHttp()) {
            lookup.answers.put(
                    "/lookup",
                    "{\"channels\":[],\"producers\":[{\"broadcast_address\":\"127.0.0.1\",\"tcp_port\":"
                            + broker.tcpAddress().getPort() + ",\"http_port\":1}]}");
            assertThat(sub(out, "--limit=1", "--lookupd-http-address=" + lookup.address()))
                    .isEqualTo(ExitCode.OK);
        }
        assertThat(printed()).isEqualTo("1\n");
    }

    @Test
    void aSignalEndsIt() {
        CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(() -> sub(out));
        publish("1");
        await().until(() -> printed().equals("1\n"));
        onSignal.getFirst().run();
        assertThat(ended.join()).isEqualTo(ExitCode.OK);
    }

    @Test
    void wrongWordsAndNobodyListeningAreTold() {
        assertThat(sub(out, "--limit=0")).isEqualTo(ExitCode.USAGE);
        assertThat(sub(out, "--requeue=soon")).isEqualTo(ExitCode.USAGE);
        broker.close();
        assertThat(sub(out)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(sub(
                        out,
                        "--lookupd-http-address=127.0.0.1:"
                                + broker.httpAddress().getPort()))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nobody listens at", "no lookup listens at");
    }
}

package dev.chaski.bus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bus.BusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutboxTest {
    private static final Target A = new Target("orders", "A", "");
    private static final Target B = new Target("orders", "B", "");
    private static final int ACCEPTED_BEFORE_KILL = 500;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> owed(Outbox outbox, Target target) {
        List<String> texts = new ArrayList<>();
        for (Long number = outbox.next(target, 0); number != null; number = outbox.next(target, number)) {
            texts.add(new String(outbox.body(number), StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** Adds and tells, until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            try (Outbox outbox = Outbox.open(args[0], Integer.MAX_VALUE)) {
                for (int i = 0; true; i++) {
                    outbox.add(List.of(A), bytes("message " + i));
                    System.out.println("message " + i);
                }
            }
        }
    }

    @Test
    void whatWasAcceptedSurvivesKillMinusNine() throws IOException, InterruptedException {
        String file = folder.resolve("outbox").toString();
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                        Writer.class.getName(),
                        file)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> accepted = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            while (accepted.size() < ACCEPTED_BEFORE_KILL) {
                accepted.add(lines.readLine());
            }
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        try (Outbox outbox = Outbox.open(file, 1)) {
            assertThat(owed(outbox, A)).startsWith(accepted.toArray(String[]::new));
        }
    }

    @Test
    void whatWaitedForTheFirstIsOwedToAllWhoAreTheFirstInItsOrder() {
        try (Outbox outbox = Outbox.open("", 10)) {
            Target first = Target.first("orders");
            outbox.add(List.of(first), bytes("1"));
            outbox.add(List.of(first), bytes("2"));
            outbox.moveFromFirst("orders", List.of(A, B));
            outbox.add(List.of(A), bytes("3"));
            assertThat(owed(outbox, A)).containsExactly("1", "2", "3");
            assertThat(owed(outbox, B)).containsExactly("1", "2");
            assertThat(owed(outbox, first)).isEmpty();
            assertThat(outbox.removeAll(B)).isEqualTo(2);
            assertThat(outbox.targets()).containsExactly(A);
        }
    }

    @Test
    void oneWhoIsOwedTooMuchRefusesTheMessageForAll() {
        try (Outbox outbox = Outbox.open("", 1)) {
            outbox.add(List.of(A), bytes("1"));
            assertThatThrownBy(() -> outbox.add(List.of(B, A), bytes("2")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("1 messages waiting");
            assertThat(owed(outbox, B)).isEmpty();
        }
    }

    @Test
    void aFileThatAnotherHasOpenIsRefused() {
        String file = folder.resolve("outbox").toString();
        try (Outbox outbox = Outbox.open(file, 1)) {
            assertThat(outbox.targets()).isEmpty();
            assertThatThrownBy(() -> Outbox.open(file, 1))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining(file);
        }
    }
}

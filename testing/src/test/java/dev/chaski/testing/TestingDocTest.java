package dev.chaski.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of docs/testing.md: they stand here word for word, and run. */
@Timeout(60)
class TestingDocTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyExampleStandsInThisTest() throws IOException {
        Path root = Path.of(System.getProperty("chaski.root"));
        String source =
                plain(Files.readString(root.resolve("testing/src/test/java/dev/chaski/testing/TestingDocTest.java")));
        List<String> examples = EXAMPLE.matcher(Files.readString(root.resolve("docs/testing.md")))
                .results()
                .map((MatchResult match) -> plain(match.group(1)))
                .toList();
        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(source).contains(example));
    }

    /** How the lines are broken and indented is the formatter's business; a class within another is static here. */
    private static String plain(String code) {
        return code.replace("static class", "class")
                .replace("@SuppressWarnings(\"try\") // the consumer works while it is there", "")
                .replaceAll("\\s+", "");
    }

    @Test
    void theExamplesPass() {
        assertThat(Runs.of(OrdersTest.class).passed()).isEqualTo(1);
        assertThat(Runs.of(ShippingTest.class).passed()).isEqualTo(1);
    }

    @WithChaski
    @SuppressWarnings("try") // the consumer works while it is there
    static class OrdersTest {
        @Test
        void anOrderIsBilled(TestBroker broker, Producer producer) throws Exception {
            BlockingQueue<String> bills = new LinkedBlockingQueue<>();
            try (Consumer consumer = broker.consumerBuilder("orders", "billing")
                    .handler(message -> bills.add("bill for " + message.text()))
                    .build()) {
                producer.publish("orders", "two pairs of shoes".getBytes(UTF_8));
                assertEquals("bill for two pairs of shoes", bills.poll(10, SECONDS));
            }
        }
    }

    static class ShippingTest {
        @RegisterExtension
        static final ChaskiExtension chaski = ChaskiExtension.builder()
                .topic("orders", "shipping")
                .broker(settings -> settings.set(OptionTable.MSG_TIMEOUT, Duration.ofSeconds(2)))
                .leavesMessages("audit")
                .build();

        @Test
        void nothingIsShippedBeforeItIsPaid() {
            chaski.broker().producer().publish("audit", "an order came".getBytes(UTF_8));
            assertEquals(
                    List.of("audit"),
                    chaski.broker().leftBehind().stream().map(LeftBehind::topic).toList());
        }
    }
}

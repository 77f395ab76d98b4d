package dev.chaski.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.OptionTable;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests are given, and for how long. This class is one that uses the extension itself. */
@Timeout(60)
@WithChaski(topics = {"orders/billing", "orders/audit", "payments"})
class ChaskiExtensionTest {
    private static String ofTheClass;

    private final TestBroker ofTheConstructor;

    ChaskiExtensionTest(TestBroker broker) {
        ofTheConstructor = broker;
    }

    @BeforeAll
    static void noteTheAddress(@NsqAddress String address) {
        ofTheClass = address;
    }

    @Test
    void aMessageGoesThroughInFiveLines(TestBroker broker, Producer producer) {
        List<String> billed = new ArrayList<>();
        try (Consumer consumer = broker.consumerBuilder("payments", "billing")
                .handler(message -> billed.add(message.text()))
                .build()) {
            producer.publish("payments", "two pairs of shoes".getBytes(UTF_8));
            await().until(() -> consumer.stats().finished() == 1);
        }
        assertThat(billed).containsExactly("two pairs of shoes");
    }

    @Test
    void everyParameterIsOfTheSameBroker(
            TestBroker broker,
            Chaski chaski,
            Producer producer,
            ProducerBuilder builder,
            @NsqAddress String nsq,
            @NsqAddress InetSocketAddress nsqSocket,
            @HttpAddress InetSocketAddress httpSocket)
            throws Exception {
        assertThat(broker).isSameAs(ofTheConstructor);
        assertThat(chaski).isSameAs(broker.chaski());
        assertThat(producer).isSameAs(broker.producer());
        assertThat(nsq).isEqualTo(ofTheClass).isEqualTo("127.0.0.1:" + nsqSocket.getPort());
        assertThat(nsqSocket).isEqualTo(chaski.tcpAddress());
        assertThat(httpSocket).isEqualTo(chaski.httpAddress());
        try (Producer own = builder.build()) {
            own.ping();
        }
    }

    @Test
    void httpAnswersWhereItIsSaid(@HttpAddress String http, @HttpAddress URI uri) throws Exception {
        assertThat(uri).hasToString("http://" + http);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri.resolve("/ping")).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("OK");
        }
    }

    @Test
    void topicsAndChannelsAreMade(Chaski chaski) {
        assertThat(chaski.topics().backlogs())
                .filteredOn(topic -> topic.topic().equals("orders"))
                .singleElement()
                .asString()
                .contains("audit", "billing");
    }

    @Nested
    class Inside {
        @Test
        void aNestedClassSharesTheBroker(@NsqAddress String address) {
            assertThat(address).isEqualTo(ofTheClass);
        }

        @Test
        @WithChaski(topics = "other")
        void aMethodThatAsksHasItsOwn(TestBroker broker) {
            assertThat(broker.nsqAddress()).isNotEqualTo(ofTheClass);
            assertThat(broker.chaski().topics().backlogs()).hasSize(1);
        }
    }

    static class Fields {
        @RegisterExtension
        static final ChaskiExtension SHARED = ChaskiExtension.builder()
                .broker(broker -> broker.set(OptionTable.MAX_TOPICS, 1))
                .topic("only")
                .build();

        @RegisterExtension
        final ChaskiExtension own = ChaskiExtension.builder().build();

        private static final Set<String> SHARED_ADDRESSES = ConcurrentHashMap.newKeySet();
        private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

        @Test
        void one() {
            note();
            assertThatThrownBy(() -> SHARED.broker().createTopic("another"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another");
        }

        @Test
        void two() {
            note();
            assertThatThrownBy(() -> SHARED.broker().empty("another")).isInstanceOf(IllegalArgumentException.class);
        }

        private void note() {
            SHARED_ADDRESSES.add(SHARED.broker().nsqAddress());
            Path folder = own.broker().chaski().dataPath();
            assertThat(folder).isDirectory();
            FOLDERS.add(folder);
            FOLDERS.add(SHARED.broker().chaski().dataPath());
        }
    }

    @Test
    void aStaticFieldHasOneBrokerAnotherFieldOneForEachMethodAndTheirFoldersGo() {
        Runs runs = Runs.of(Fields.class);
        assertThat(runs.messages()).isEmpty();
        assertThat(runs.passed()).isEqualTo(2);
        assertThat(Fields.SHARED_ADDRESSES).hasSize(1);
        assertThat(Fields.FOLDERS)
                .hasSize(3)
                .allSatisfy(folder -> assertThat(folder).doesNotExist());
        assertThatThrownBy(Fields.SHARED::broker)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("there is no broker now");
    }

    @WithChaski(perMethod = true)
    static class TooEarly {
        @BeforeAll
        static void asks(TestBroker broker) {
            throw new AssertionError("there should be no " + broker);
        }

        @Test
        void neverRuns() {}
    }

    @WithChaski
    static class WrongType {
        @Test
        void asks(@NsqAddress Integer address) {
            throw new AssertionError("there should be no " + address);
        }
    }

    @WithChaski(topics = "a name with spaces")
    static class WrongTopic {
        @Test
        void neverRuns() {}
    }

    @WithChaski(settleMillis = -1)
    static class WrongTime {
        @Test
        void neverRuns() {}
    }

    @Test
    void whatCannotBeIsRefusedWithItsReason() {
        assertThat(Runs.of(TooEarly.class).messages())
                .singleElement()
                .asString()
                .contains("there is no broker yet");
        assertThat(Runs.of(WrongType.class).messages())
                .singleElement()
                .asString()
                .contains("@NsqAddress is one of [InetSocketAddress, String], and not Integer");
        assertThat(Runs.of(WrongTopic.class).messages())
                .singleElement()
                .asString()
                .contains("a name with spaces");
        assertThat(Runs.of(WrongTime.class).messages()).containsExactly("settleMillis is -1, below 0");
    }
}

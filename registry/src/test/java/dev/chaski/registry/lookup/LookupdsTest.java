package dev.chaski.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupdsTest {
    private static final NodeIdentity NODE = new NodeIdentity("broker.example", 4150, 4151, "1.3.0", "host1");
    private static final LookupLimits LIMITS = new LookupLimits(5_000, 5_000, 300, 50, 20, 200, 10_000);

    private FakeLookupd lookupd;
    private Lookupds lookupds;

    @BeforeEach
    void start() throws IOException {
        lookupd = new FakeLookupd();
        lookupds = new Lookupds(LIMITS, RandomGenerator.getDefault(), System::nanoTime);
    }

    @AfterEach
    void stop() throws IOException {
        lookupds.close();
        lookupd.close();
    }

    private void startRegistering() {
        lookupds.addresses(List.of(lookupd.address()));
        lookupds.start(NODE);
    }

    @Test
    void theNodeIntroducesItselfWithTheFieldsThatALookupdNeeds() throws IOException {
        startRegistering();
        await().until(() -> !lookupd.identities.isEmpty());
        JsonNode json = new ObjectMapper().readTree(lookupd.identities.getFirst());
        assertThat(json.path("broadcast_address").asText()).isEqualTo("broker.example");
        assertThat(json.path("tcp_port").asInt()).isEqualTo(4150);
        assertThat(json.path("http_port").asInt()).isEqualTo(4151);
        assertThat(json.path("version").asText()).isEqualTo("1.3.0");
        assertThat(json.path("hostname").asText()).isEqualTo("host1");
    }

    @Test
    void whatIsThereAtTheStartAndWhatComesAndGoesLaterIsRegistered() {
        lookupds.register("orders", "");
        lookupds.register("orders", "billing");
        startRegistering();
        await().until(() -> lookupd.registered.containsAll(List.of("orders", "orders billing")));

        lookupds.register("parcels", "");
        await().until(() -> lookupd.registered.contains("parcels"));
        lookupds.unregister("orders", "billing");
        await().until(() -> !lookupd.registered.contains("orders billing"));
        assertThat(lookupd.registered).containsExactly("orders", "parcels");
    }

    @Test
    void tenThousandTopicsAreRegisteredInBatches() {
        for (int i = 0; i < 10_000; i++) {
            lookupds.register("topic" + i, "");
        }
        startRegistering();
        await().atMost(Duration.ofSeconds(30)).until(() -> lookupd.registered.size() == 10_000);
    }

    @Test
    void aLookupdThatComesBackIsToldEverythingAgain() throws IOException {
        lookupds.register("orders", "");
        startRegistering();
        await().until(() -> lookupd.registered.contains("orders"));
        int port = lookupd.address().getPort();
        lookupd.close();
        await().until(() -> lookupd.registered.isEmpty());

        lookupd = new FakeLookupd(port);
        lookupds.register("parcels", "");
        await().untilAsserted(() -> assertThat(lookupd.registered).containsExactly("orders", "parcels"));
    }

    @Test
    void aLookupdIsPingedSoThatItDoesNotForget() {
        startRegistering();
        await().until(() -> lookupd.commands.stream().filter("PING"::equals).count() >= 3);
    }

    @Test
    void aChannelDeletedAndMadeAgainIsRegisteredAnewToEndItsTombstone() {
        Registrations registrations = new Registrations();
        Registration channel = new Registration("orders", "billing");
        java.util.Map<Registration, Long> announced = new java.util.TreeMap<>();
        registrations.add(channel);
        assertThat(registrations.catchUp(announced)).containsExactly("REGISTER orders billing\n");
        registrations.remove(channel);
        registrations.add(channel);
        assertThat(registrations.catchUp(announced))
                .containsExactly("UNREGISTER orders billing\n", "REGISTER orders billing\n");
        assertThat(registrations.catchUp(announced)).isEmpty();
    }

    @Test
    void addressesChangeAtRunTime() throws IOException {
        lookupds.register("orders", "");
        startRegistering();
        await().until(() -> lookupd.registered.contains("orders"));
        try (FakeLookupd other = new FakeLookupd()) {
            lookupds.addresses(List.of(other.address()));
            await().until(() -> other.registered.contains("orders") && lookupd.registered.isEmpty());
            assertThat(lookupds.addresses()).containsExactly(other.address());
        }
    }

    @Test
    void aRefusalIsFollowedByANewAttempt() {
        lookupd.registerAnswer = "E_BAD_TOPIC no";
        lookupds.register("orders", "");
        startRegistering();
        await().until(() -> lookupd.identities.size() >= 3);
        lookupd.registerAnswer = "OK";
        await().until(() -> lookupd.registered.contains("orders"));
    }

    @Test
    void theChannelsThatALookupdKnowsAreFoundThoughItsAnnouncedNameDoesNotResolve() {
        lookupd.channelsAnswer = "{\"channels\":[\"b\",\"a\",\"x#ephemeral\",\"not a name\"]}";
        startRegistering();
        assertThat(lookupds.channels("orders#ephemeral").join()).containsExactly("a", "b");
        assertThat(lookupd.commands).contains("http GET /channels?topic=orders%23ephemeral HTTP/1.1");
    }

    @Test
    void whoAsksBeforeTheFirstConnectionWaitsForIt() {
        lookupd.channelsAnswer = "{\"channels\":[\"a\"]}";
        lookupds.addresses(List.of(lookupd.address()));
        var channels = lookupds.channels("orders");
        assertThat(channels).isNotDone();
        lookupds.start(NODE);
        assertThat(channels.join()).containsExactly("a");
    }

    @Test
    void aLookupdThatDoesNotAnswerHoldsNoTopicLongerThanTheLimit() throws IOException {
        lookupd.isHttpSilent = true;
        // An answer may take as long as the whole test: only the limit of a topic's patience can end the wait. The
        // other lookupd has that long to answer on a busy machine.
        LookupLimits patient = new LookupLimits(60_000, 60_000, 300, 50, 20, 200, 10_000);
        try (FakeLookupd other = new FakeLookupd();
                Lookupds asking = new Lookupds(patient, RandomGenerator.getDefault(), System::nanoTime)) {
            other.channelsAnswer = "{\"channels\":[\"a\"]}";
            asking.addresses(List.of(lookupd.address(), other.address()));
            asking.start(NODE);
            assertThat(asking.channels("orders"))
                    .succeedsWithin(Duration.ofSeconds(30))
                    .isEqualTo(List.of("a"));
        }
    }

    @Test
    void withoutALookupdOrWithABrokenOneThereAreNoChannels() {
        assertThat(lookupds.channels("orders")).isCompletedWithValue(List.of());
        lookupd.httpStatus = 500;
        startRegistering();
        assertThat(lookupds.channels("orders").join()).isEmpty();
        lookupds.addresses(List.of(InetSocketAddress.createUnresolved("no-such-host.invalid", 4160)));
        assertThat(lookupds.channels("orders").join()).isEmpty();
    }

    @Test
    void aServerThatIsNoLookupdIsGivenUpWithoutReadingWhatItSends() {
        lookupd.identifyAnswer = "x".repeat(70_000);
        startRegistering();
        await().until(() -> lookupd.identities.size() >= 2);
    }
}

package dev.chaski.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.LookupOptions;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.config.Options.Source;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lookup that a broker serves beside its messages. */
@Timeout(60)
class OwnLookupTest {
    @TempDir
    Path folder;

    private Chaski start() throws StartException {
        return Chaski.builder().dataPath(folder).lookup().start();
    }

    private static int http(Chaski chaski) {
        return Objects.requireNonNull(chaski.lookupHttpAddress()).getPort();
    }

    private static int tcp(Chaski chaski) {
        return Objects.requireNonNull(chaski.lookupTcpAddress()).getPort();
    }

    @Test
    void theBrokersOwnTopicsAreFoundAlsoAfterARestartAndNoLongerWhenTheyAreDeleted() throws Exception {
        try (Chaski chaski = start()) {
            chaski.topics().create("orders", "billing");
            assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders"))
                    .contains("\"channels\":[\"billing\"]")
                    .contains("\"tcp_port\":" + chaski.tcpAddress().getPort())
                    .contains("\"broadcast_address\":\"127.0.0.1\"");
        }
        try (Chaski chaski = start()) {
            assertThat(LookupHttp.get(http(chaski), "/topics")).contains("[\"orders\"]");
            assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders"))
                    .contains("\"tcp_port\":" + chaski.tcpAddress().getPort());
            chaski.topics().delete("orders");
            await().until(() -> LookupHttp.get(http(chaski), "/topics").contains("[]"));
            assertThat(LookupHttp.ask(http(chaski), "GET", "/lookup?topic=orders")
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void aNewTopicHasTheChannelsThatTheLookupKnows() throws Exception {
        try (Chaski chaski = start();
                LookupSocket elsewhere = LookupSocket.node(tcp(chaski), "elsewhere", 4150)) {
            assertThat(elsewhere.ask("REGISTER orders billing\n")).isEqualTo("OK");
            assertThat(elsewhere.ask("REGISTER orders tail#ephemeral\n")).isEqualTo("OK");
            assertThat(LookupHttp.ask(http(chaski), "POST", "/channel/create?topic=orders&channel=audit")
                            .status())
                    .isEqualTo(200);
            chaski.topics().create("orders");
            assertThat(chaski.topics().backlogs().getFirst().channels())
                    .extracting(ChannelBacklog::channel)
                    .containsExactlyInAnyOrder("audit", "billing");
            assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders"))
                    .contains(
                            "\"elsewhere\"",
                            "\"tcp_port\":" + chaski.tcpAddress().getPort());
        }
    }

    @Test
    void nodesThatWereThereAreToldOfAfterARestartUntilTheyComeAgain() throws Exception {
        LookupSocket connected;
        try (Chaski chaski = start()) {
            connected = LookupSocket.node(tcp(chaski), "elsewhere", 4150);
            assertThat(connected.ask("REGISTER orders billing\n")).isEqualTo("OK");
        }
        connected.close(); // after the broker: whoever leaves before is forgotten
        try (Chaski chaski = start()) {
            assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders")).contains("\"elsewhere\"", "\"billing\"");
            try (LookupSocket elsewhere = LookupSocket.node(tcp(chaski), "elsewhere", 4150)) {
                assertThat(elsewhere.ask("REGISTER parcels\n")).isEqualTo("OK");
                assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders")).contains("\"elsewhere\"");
                assertThat(elsewhere.ask("PING\n")).isEqualTo("OK");
                assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders")).contains("\"producers\":[]");
                assertThat(LookupHttp.get(http(chaski), "/lookup?topic=parcels"))
                        .contains("\"elsewhere\"");
            }
        }
    }

    @Test
    void theConsoleShowsTheNodesOfTheLookupHereAndTombstonesThem() throws Exception {
        try (Chaski chaski = start();
                LookupSocket elsewhere = LookupSocket.node(tcp(chaski), "127.0.0.1", 1)) {
            assertThat(elsewhere.ask("REGISTER orders billing\n")).isEqualTo("OK");
            int http = chaski.httpAddress().getPort();
            assertThat(LookupHttp.get(http, "/v1/lookups"))
                    .isEqualTo("[{\"address\":\"127.0.0.1:" + http(chaski) + "\",\"ok\":true,\"error\":null}]");
            assertThat(LookupHttp.get(http, "/v1/nodes"))
                    .contains("\"node\":\"127.0.0.1:2\"", "\"tombstones\":[],\"lookups\":[\"127.0.0.1:" + http(chaski));
            assertThat(LookupHttp.ask(http, "DELETE", "/v1/nodes/127.0.0.1:2/topics/orders")
                            .status())
                    .isEqualTo(200);
            assertThat(LookupHttp.get(http, "/v1/nodes")).contains("\"tombstones\":[\"orders\"]");
            assertThat(LookupHttp.get(http(chaski), "/lookup?topic=orders")).contains("\"producers\":[]");
        }
    }

    private Options.Builder options() {
        HostPort free = new HostPort("127.0.0.1", 0);
        return new Options.Builder("here")
                .set(OptionTable.TCP_ADDRESS, free, Source.FLAG)
                .set(OptionTable.HTTP_ADDRESS, free, Source.FLAG)
                .set(OptionTable.DATA_PATH, folder.toString(), Source.FLAG);
    }

    /** Whoever has the port: it is taken. */
    @Test
    void aTakenPortThatNobodyAskedForLeavesTheBrokerWithoutALookup() throws Exception {
        try (ServerSocket taken = takeDefaultPort();
                Chaski chaski = Chaski.start(options().build())) {
            assertThat(taken).isNotNull();
            assertThat(chaski.lookupTcpAddress()).isNull();
            assertThat(chaski.lookupHttpAddress()).isNull();
            chaski.topics().create("orders", "billing");
        }
    }

    private static ServerSocket takeDefaultPort() throws IOException {
        try {
            return new ServerSocket(4160);
        } catch (BindException e) {
            return new ServerSocket();
        }
    }

    @Test
    void aTakenPortThatWasAskedForIsNamedWithItsFlag() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Options options = options()
                    .set(
                            LookupOptions.LOOKUP_TCP_ADDRESS,
                            Optional.of(new HostPort("127.0.0.1", taken.getLocalPort())),
                            Source.FLAG)
                    .set(LookupOptions.LOOKUP_HTTP_ADDRESS, Optional.empty(), Source.FLAG)
                    .build();
            assertThatThrownBy(() -> Chaski.start(options))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("--lookup-tcp-address=127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void whoRegistersElsewhereServesALookupOnlyWhenAsked() throws Exception {
        Options.Builder elsewhere =
                options().set(OptionTable.LOOKUPD_TCP_ADDRESS, List.of(new HostPort("127.0.0.1", 1)), Source.FLAG);
        try (Chaski chaski = Chaski.start(elsewhere.build())) {
            assertThat(chaski.lookupHttpAddress()).isNull();
        }
        elsewhere.set(LookupOptions.LOOKUP_HTTP_ADDRESS, Optional.of(new HostPort("127.0.0.1", 0)), Source.ENVIRONMENT);
        elsewhere.set(LookupOptions.LOOKUP_TCP_ADDRESS, Optional.empty(), Source.ENVIRONMENT);
        try (Chaski chaski = Chaski.start(elsewhere.build())) {
            assertThat(chaski.lookupTcpAddress()).isNull();
            assertThat(LookupHttp.get(http(chaski), "/nodes")).contains("\"here\"");
        }
    }
}

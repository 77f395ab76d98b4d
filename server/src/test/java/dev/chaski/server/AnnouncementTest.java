package dev.chaski.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others find of a broker in registries, and when. */
@Timeout(90)
class AnnouncementTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private static Chaski start(URI... registries) throws StartException {
        return Chaski.builder()
                .set(OptionTable.REGISTRY, List.of(registries))
                .set(OptionTable.TOPOLOGY_ZONE, "north")
                .start();
    }

    private static URI memory() {
        return URI.create("memory:" + UUID.randomUUID());
    }

    private static List<Node> nodes(Registry registry) {
        return registry.find("chaski").stream()
                .flatMap(service -> service.nodes().stream())
                .toList();
    }

    private static List<String> addresses(Registry registry) {
        return nodes(registry).stream().map(Node::address).toList();
    }

    private static String address(Chaski chaski) {
        return "127.0.0.1:" + chaski.tcpAddress().getPort();
    }

    @Test
    void aBrokerIsFoundWithAllThatOthersNeedAndGoneWhenItIsClosed() throws StartException {
        URI uri = memory();
        try (Registry registry = Registry.open(uri)) {
            try (Chaski chaski = start(uri)) {
                int tcpPort = chaski.tcpAddress().getPort();
                int httpPort = chaski.httpAddress().getPort();
                await().until(() -> !nodes(registry).isEmpty());
                assertThat(registry.names()).containsExactly("chaski");
                assertThat(registry.find("chaski"))
                        .containsExactly(Service.of(
                                "chaski",
                                "1.3.0",
                                new Node(
                                        "chaski-127.0.0.1-" + tcpPort,
                                        "127.0.0.1:" + tcpPort,
                                        Map.of(
                                                "protocol",
                                                "nsq",
                                                "hostname",
                                                HostName.get(),
                                                "version",
                                                "1.3.0",
                                                "tcp_port",
                                                Integer.toString(tcpPort),
                                                "http_port",
                                                Integer.toString(httpPort),
                                                "topology_zone",
                                                "north"))));
            }
            assertThat(nodes(registry)).isEmpty();
        }
    }

    @Test
    void whatOthersAreToldToConnectToIsAnnounced() throws StartException {
        URI uri = memory();
        try (Registry registry = Registry.open(uri);
                Chaski chaski = Chaski.builder()
                        .set(OptionTable.REGISTRY, List.of(uri))
                        .set(OptionTable.BROADCAST_ADDRESS, "2001:db8::7")
                        .set(OptionTable.BROADCAST_TCP_PORT, 4150)
                        .set(OptionTable.BROADCAST_HTTP_PORT, 4151)
                        .start()) {
            await().until(() -> addresses(registry).equals(List.of("[2001:db8::7]:4150")));
            assertThat(nodes(registry).getFirst().metadata())
                    .containsEntry("tcp_port", "4150")
                    .containsEntry("http_port", "4151");
            assertThat(chaski.tcpAddress().getPort()).isNotEqualTo(4150);
        }
    }

    @Test
    void severalBrokersAreInSeveralRegistriesAndEachGoesByItself() throws StartException {
        URI one = memory();
        URI two = memory();
        try (Registry first = Registry.open(one);
                Registry second = Registry.open(two);
                Chaski staying = start(one, two)) {
            try (Chaski going = start(two)) {
                await().until(() -> nodes(second).size() == 2);
                assertThat(addresses(second)).contains(address(going));
            }
            await().until(() -> addresses(first).equals(List.of(address(staying))));
            assertThat(addresses(second)).containsExactly(address(staying));
        }
    }

    @Test
    void onTheLocalNetworkItIsHeardByMulticastDns() throws StartException {
        URI loopback = URI.create("mdns://127.0.0.1");
        try (Registry registry = Registry.open(loopback)) {
            String address;
            try (Chaski chaski = start(loopback)) {
                address = address(chaski);
                await().until(() -> addresses(registry).contains(address));
            }
            await().until(() -> !addresses(registry).contains(address));
        }
    }

    @Test
    void inEtcdItIsAnnouncedWhenThatComesKeptThereAndTakenAwayAtTheEnd() throws Exception {
        assumeThat(EtcdProcess.isInstalled())
                .as("etcd is not on the PATH: install the package etcd-server")
                .isTrue();
        try (EtcdProcess etcd = new EtcdProcess(folder);
                Registry registry = Registry.open(etcd.uri(2));
                Chaski chaski = start(etcd.uri(2))) {
            List<String> expected = List.of(address(chaski));
            etcd.start();
            awaitEtcd(registry, expected);
            etcd.kill();
            // It comes back with nothing in it.
            etcd.start();
            awaitEtcd(registry, expected);
            stop(chaski);
            assertThat(addresses(registry)).isEmpty();
        }
    }

    private static void stop(Chaski chaski) {
        chaski.close();
    }

    private static void awaitEtcd(Registry registry, List<String> expected) {
        await().atMost(LONG)
                .ignoreException(RegistryException.class)
                .until(() -> addresses(registry).equals(expected));
    }

    @Test
    void anEtcdThatHangsHoldsTheStopForSecondsOnly() throws Exception {
        assumeThat(EtcdProcess.isInstalled())
                .as("etcd is not on the PATH: install the package etcd-server")
                .isTrue();
        try (EtcdProcess etcd = new EtcdProcess(folder);
                Registry registry = Registry.open(etcd.uri(60))) {
            etcd.start();
            try (Chaski chaski = start(etcd.uri(60))) {
                awaitEtcd(registry, List.of(address(chaski)));
                etcd.freeze();
                long startNs = System.nanoTime();
                stop(chaski);
                assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(LONG);
            }
        }
    }

    /** By nsqlookupd's own protocol, which knows topics. */
    @Test
    void aLookupdIsToldByItsTcpPort() throws Exception {
        try (ServerSocket lookupd = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            lookupd.setSoTimeout(20_000);
            try (Chaski chaski =
                            start(URI.create("nsqlookupd://127.0.0.1:4161?poll=1000&tcp=" + lookupd.getLocalPort()));
                    Socket broker = lookupd.accept()) {
                assertThat(chaski.isClosed()).isFalse();
                String begin = "  V1IDENTIFY\n";
                assertThat(new String(broker.getInputStream().readNBytes(begin.length()), US_ASCII))
                        .isEqualTo(begin);
            }
        }
    }

    @Test
    void aRegistryThatThereIsNotEndsTheStartByItsName() {
        assertThatThrownBy(() -> start(URI.create("consul://127.0.0.1:8500")))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "--registry=consul://127.0.0.1:8500: no registry serves \"consul://127.0.0.1:8500\"; there are"
                                + " [etcd, mdns, memory, nsqlookupd]");
        assertThatThrownBy(() -> start(URI.create("etcd:/")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("names no host; write etcd://HOST:PORT");
        assertThatThrownBy(() -> start(URI.create("nsqlookupd://127.0.0.1?tcp=no")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("tcp=no");
        assertThatThrownBy(() -> start(URI.create("mdns://192.0.2.1")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no network interface has the address 192.0.2.1");
    }

    @Test
    void aBrokerThatCannotReachItsRegistryServes() throws IOException, StartException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        try (Chaski chaski = start(URI.create("etcd://127.0.0.1:" + nobody));
                NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            assertThat(client.publish("orders", "one")).isEqualTo("OK");
        }
    }
}

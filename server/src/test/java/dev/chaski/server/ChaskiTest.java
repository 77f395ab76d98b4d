package dev.chaski.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.engine.BrokerConfig.Ack;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChaskiTest {
    @TempDir
    Path folder;

    @Test
    void aBrokerInThreeLinesServesAndLeavesNothingBehind() throws Exception {
        Path temporary;
        try (Chaski chaski = Chaski.start()) {
            temporary = chaski.dataPath();
            assertThat(chaski.tcpAddress().getAddress().isLoopbackAddress()).isTrue();
            assertThat(temporary).isDirectory();
            try (NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
                assertThat(client.publish("orders", "one")).isEqualTo("OK");
                assertThat(client.command("SUB orders billing")).isEqualTo("OK");
                assertThat(client.take()).isEqualTo("one");
            }
        }
        assertThat(temporary).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingOfTheFolderStaysMapped() throws Exception {
        try (Chaski chaski = Chaski.builder().dataPath(folder).start()) {
            for (int i = 0; i < 3; i++) {
                try (NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
                    assertThat(client.publish("t" + i, "x".repeat(70_000))).isEqualTo("OK");
                    assertThat(client.publish("t" + i, "waits")).isEqualTo("OK");
                    assertThat(client.command("SUB t" + i + " c")).isEqualTo("OK");
                    assertThat(client.take()).hasSize(70_000);
                }
            }
            assertThat(mapped()).isNotEmpty();
        }
        assertThat(mapped()).isEmpty();
    }

    /** What this process has mapped of the folder. */
    private List<String> mapped() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }

    @Test
    void whatWasPublishedIsThereAfterARestartOnTheSameFolder() throws Exception {
        try (Chaski chaski = Chaski.builder().dataPath(folder).ack(Ack.SYNCED).start();
                NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            assertThat(client.publish("orders", "one")).isEqualTo("OK");
            assertThat(client.publish("orders", "two")).isEqualTo("OK");
        }
        try (Chaski chaski = Chaski.builder().dataPath(folder).start();
                NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            assertThat(client.command("SUB orders billing")).isEqualTo("OK");
            assertThat(client.take()).isEqualTo("one");
            assertThat(client.take()).isEqualTo("two");
        }
        assertThat(folder).isDirectory();
    }

    @Test
    void severalBrokersRunSideBySide() throws Exception {
        try (Chaski first = Chaski.start();
                Chaski second = Chaski.start()) {
            assertThat(first.tcpAddress()).isNotEqualTo(second.tcpAddress());
            assertThat(first.dataPath()).isNotEqualTo(second.dataPath());
        }
    }

    @Test
    void aFolderThatIsInUseIsRefusedByItsName() throws Exception {
        try (Chaski first = Chaski.builder().dataPath(folder).start()) {
            assertThat(first.dataPath()).isEqualTo(folder);
            assertThatThrownBy(() -> Chaski.builder().dataPath(folder).start())
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("--data-path=" + folder + ": ");
        }
    }

    @Test
    void aPortThatIsInUseIsRefusedByFlagAndNumber() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThatThrownBy(
                            () -> Chaski.builder().tcpAddress("127.0.0.1", port).start())
                    .isInstanceOf(StartException.class)
                    .hasMessage("--tcp-address=127.0.0.1:" + port + ": port " + port
                            + " is in use by another program; stop it, or choose another port");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        // 192.0.2.0/24 is set aside for documents: nobody has it.
        assertThatThrownBy(() -> Chaski.builder().tcpAddress("192.0.2.1", 0).start())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--tcp-address=192.0.2.1:0: cannot listen there");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        // Nobody can have a name below .invalid.
        assertThatThrownBy(() ->
                        Chaski.builder().tcpAddress("no-such-host.invalid", 0).start())
                .isInstanceOf(StartException.class)
                .hasMessage("--tcp-address=no-such-host.invalid:0: there is no host no-such-host.invalid");
    }

    @Test
    void connectionsAreCountedOverAllDoors() throws Exception {
        try (Chaski chaski =
                        Chaski.builder().set(OptionTable.MAX_CONNECTIONS, 2).start();
                NsqSocket first = new NsqSocket(chaski.tcpAddress())) {
            assertThat(first.publish("t", "x")).isEqualTo("OK");
            int httpPort = chaski.httpAddress().getPort();
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), httpPort)) {
                second.getOutputStream().write("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
                assertThat(second.getInputStream().read()).isEqualTo('H');
                try (Socket third = new Socket(InetAddress.getLoopbackAddress(), httpPort);
                        Socket fourth = new Socket(
                                InetAddress.getLoopbackAddress(),
                                chaski.tcpAddress().getPort())) {
                    assertThat(isCutOff(third)).isTrue();
                    assertThat(isCutOff(fourth)).isTrue();
                }
            }
            await().until(() -> {
                try (NsqSocket again = new NsqSocket(chaski.tcpAddress())) {
                    return again.publish("t", "x").equals("OK");
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    private static boolean isCutOff(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void aCertificateThatIsMissingIsNamed() {
        assertThatThrownBy(() -> Chaski.builder()
                        .set(OptionTable.TLS_CERT, "/no/such/cert.pem")
                        .set(OptionTable.TLS_KEY, "/no/such/key.pem")
                        .start())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("/no/such/cert.pem");
    }

    @Test
    void closingTwiceIsClosingOnce() throws StartException {
        Chaski chaski = Chaski.start();
        chaski.close();
        chaski.close();
        assertThat(chaski.dataPath()).doesNotExist();
    }
}

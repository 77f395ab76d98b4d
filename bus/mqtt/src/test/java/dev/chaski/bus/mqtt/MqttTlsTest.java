package dev.chaski.bus.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Message;
import dev.chaski.bus.contract.ServerCertificate;
import dev.chaski.bus.contract.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MqttTlsTest {
    @TempDir
    Path folder;

    private ServerProcess server(ServerCertificate certificate) throws Exception {
        return Mosquitto.start(
                folder,
                "allow_anonymous false",
                "password_file " + Mosquitto.passwords(folder, "me", "secret"),
                "certfile " + certificate.certificatePem(),
                "keyfile " + certificate.keyPem());
    }

    private static void refused(String uri, BusOptions options) {
        try (Bus bus = Bus.of(uri, options)) {
            assertThatThrownBy(bus::connect)
                    .isInstanceOf(BusException.class)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("secret", "guess"));
        }
    }

    @Test
    void onlyATrustedServerThatNamesItselfIsTalkedToAndOnlyWithItsPassword() throws Exception {
        ServerCertificate certificate = ServerCertificate.create(folder, "server", "dns:localhost");
        BusOptions trusted = BusOptions.defaults().withSslContext(certificate.context());
        List<String> got = new CopyOnWriteArrayList<>();
        try (ServerProcess server = server(certificate);
                Bus bus = Bus.of("bus:mqtts://me:secret@localhost:" + server.port(), trusted)) {
            bus.connect();
            bus.subscribe("orders", event -> got.add(event.message().text()));
            bus.publish("orders", Message.of("hello"));
            await().until(() -> got.equals(List.of("hello")));
            refused("bus:mqtts://me:secret@localhost:" + server.port(), BusOptions.defaults());
            refused("bus:mqtts://me:secret@127.0.0.1:" + server.port(), trusted);
            refused("bus:mqtts://me:guess@localhost:" + server.port(), trusted);
        }
    }
}

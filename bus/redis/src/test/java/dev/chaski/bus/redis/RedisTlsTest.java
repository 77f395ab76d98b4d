package dev.chaski.bus.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Message;
import dev.chaski.bus.contract.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisTlsTest {
    @TempDir
    Path folder;

    private RedisServer server(ServerCertificate certificate) throws IOException {
        return RedisServer.secure(folder, certificate.certificatePem(), certificate.keyPem());
    }

    private static BusOptions trusting(ServerCertificate certificate) {
        return BusOptions.defaults().withSslContext(certificate.context());
    }

    @Test
    void messagesGoOverTlsToAServerWhoseCertificateIsTrusted() throws Exception {
        ServerCertificate certificate = ServerCertificate.create(folder, "trusted", "ip:127.0.0.1");
        List<String> got = new CopyOnWriteArrayList<>();
        try (RedisServer server = server(certificate);
                Bus bus = Bus.of("bus:rediss://127.0.0.1:" + server.port(), trusting(certificate));
                Bus stranger = Bus.of("bus:rediss://127.0.0.1:" + server.port());
                Bus plain = Bus.of(server.uri())) {
            bus.connect();
            bus.subscribe("orders", event -> got.add(event.message().text()));
            bus.publish("orders", Message.of("hello"));
            await().until(() -> got.equals(List.of("hello")));
            assertThatThrownBy(stranger::connect).isInstanceOf(BusException.class);
            assertThatThrownBy(plain::connect).isInstanceOf(BusException.class);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        ServerCertificate certificate = ServerCertificate.create(folder, "elsewhere", "ip:127.0.0.2");
        try (RedisServer server = server(certificate);
                Bus bus = Bus.of("bus:rediss://127.0.0.1:" + server.port(), trusting(certificate))) {
            assertThatThrownBy(bus::connect)
                    .hasStackTraceContaining("No subject alternative names matching IP address 127.0.0.1");
        }
    }
}

package dev.chaski.bus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Message;
import dev.chaski.registry.Registry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpsTest {
    private static final String PASSWORD = "password";

    @TempDir
    Path folder;

    private SSLContext context(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve(name);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "node",
                        "-dname",
                        "CN=node",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory owns = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        owns.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(owns.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }

    @Test
    void messagesGoOverTlsToThoseWhoseCertificateIsTrusted() throws Exception {
        String registry = "memory:" + UUID.randomUUID();
        String uri = "bus:https://127.0.0.1:0?registry=" + registry;
        BusOptions trusted = BusOptions.defaults().withSslContext(context("trusted"));
        List<String> got = new CopyOnWriteArrayList<>();
        try (Bus subscriber = Bus.of(uri, trusted);
                Bus publisher = Bus.of(uri, trusted);
                Bus stranger = Bus.of(uri, BusOptions.defaults().withSslContext(context("other")));
                Registry looking = Registry.open(URI.create(registry))) {
            subscriber.connect();
            subscriber.subscribe("orders", event -> got.add(event.message().text()));
            assertThat(looking.find("micro.http.broker")
                            .getFirst()
                            .nodes()
                            .getFirst()
                            .metadata())
                    .containsEntry("secure", "true");
            stranger.connect();
            stranger.publish("orders", Message.of("from a stranger"));
            publisher.connect();
            publisher.publish("orders", Message.of("hello"));
            await().until(() -> got.contains("hello"));
            assertThat(got).containsExactly("hello");
        }
    }

    @Test
    void withoutAKeyThereIsNoHttps() {
        try (Bus bus = Bus.of("bus:https://127.0.0.1:0")) {
            assertThatThrownBy(bus::connect).hasMessageContaining("SSLContext");
        }
    }
}

package dev.chaski.bus.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisTlsTest {
    private static final String PASSWORD = "password";

    @TempDir
    Path folder;

    private KeyStore keys(String name, String host) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve(name);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "redis",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=" + host,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private Path pem(String name, String kind, byte[] bytes) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n",
                US_ASCII);
    }

    private RedisServer server(KeyStore keys) throws IOException, GeneralSecurityException {
        Path certificate =
                pem("redis.crt", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key = pem(
                "redis.key",
                "PRIVATE KEY",
                keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        return new RedisServer(
                folder,
                "--port",
                "0",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-auth-clients",
                "no");
    }

    private static BusOptions trusting(KeyStore keys) throws GeneralSecurityException {
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusts.getTrustManagers(), null);
        return BusOptions.defaults().withSslContext(context);
    }

    @Test
    void messagesGoOverTlsToAServerWhoseCertificateIsTrusted() throws Exception {
        KeyStore keys = keys("trusted", "ip:127.0.0.1");
        List<String> got = new CopyOnWriteArrayList<>();
        try (RedisServer server = server(keys);
                Bus bus = Bus.of("bus:rediss://127.0.0.1:" + server.port(), trusting(keys));
                Bus stranger = Bus.of("bus:rediss://127.0.0.1:" + server.port());
                Bus plain = Bus.of(server.uri())) {
            await().atMost(Duration.ofSeconds(30))
                    .ignoreException(BusException.class)
                    .until(() -> {
                        bus.connect();
                        return true;
                    });
            bus.subscribe("orders", event -> got.add(event.message().text()));
            bus.publish("orders", Message.of("hello"));
            await().until(() -> got.equals(List.of("hello")));
            assertThatThrownBy(stranger::connect).isInstanceOf(BusException.class);
            assertThatThrownBy(plain::connect).isInstanceOf(BusException.class);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        KeyStore keys = keys("elsewhere", "ip:127.0.0.2");
        try (RedisServer server = server(keys);
                Bus bus = Bus.of("bus:rediss://127.0.0.1:" + server.port(), trusting(keys))) {
            // Until it listens the reason is another one.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThatThrownBy(bus::connect)
                            .hasStackTraceContaining("No subject alternative names matching IP address 127.0.0.1"));
        }
    }
}

package dev.chaski.server.http;

import static dev.chaski.server.http.RawHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.tls.Certificates;
import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsConfig;
import dev.chaski.server.tls.TlsVersion;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The door behind TLS. */
@Timeout(60)
class HttpsTest {
    @TempDir
    private Path folder;

    private TestHttpDoor open() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        TlsConfig config = new TlsConfig(certificate, key, ClientAuthPolicy.NONE, null, TlsVersion.TLS_1_2);
        Certificates certificates = Certificates.load(config);
        return TestHttpDoor.open(folder.resolve("data"), options -> options.certificates = certificates);
    }

    private static RawHttp connect(TestHttpDoor test) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), new SecureRandom());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", test.port());
        socket.startHandshake();
        return new RawHttp(socket);
    }

    @Test
    void publishesAndFiguresGoThroughTls() throws Exception {
        try (TestHttpDoor test = open();
                RawHttp client = connect(test)) {
            Reader reader = Reader.of(test.broker.topic("t").channel("c"));
            String body = "0123456789".repeat(30_000);
            assertThat(client.ask("POST", "/pub?topic=t", body).body()).isEqualTo("OK");
            assertThat(client.ask("POST", "/mpub?topic=t", "a\nb").body()).isEqualTo("OK");
            Awaitility.await().until(() -> reader.bodies().size() == 3);
            assertThat(reader.bodies()).containsExactly(body, "a", "b");
            assertThat(client.ask("GET", "/stats?format=json", "").body()).contains("\"message_count\":3");
        }
    }

    @Test
    void aRefusedBodyIsAnsweredThroughTlsBeforeTheEnd() throws Exception {
        try (TestHttpDoor test = open();
                RawHttp client = connect(test)) {
            client.send(request(
                    "POST", "/pub?topic=t", "x".repeat(HttpLimits.defaults().maxMsgSizeBytes() + 1)));
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void whoeverDoesNotEncryptIsClosed() throws Exception {
        try (TestHttpDoor test = open();
                RawHttp client = test.connect()) {
            client.send(request("GET", "/ping", ""));
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> test.door.connectionCount() == 0);
        }
    }
}

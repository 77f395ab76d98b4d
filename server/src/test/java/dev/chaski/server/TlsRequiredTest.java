package dev.chaski.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.config.OptionTable;
import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsRequired;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where {@code --tls-required} refuses NSQ clients that do not encrypt. */
@Timeout(60)
class TlsRequiredTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "NO, NONE, true",
        "EVERYWHERE, NONE, false",
        "TCP_ONLY, NONE, false",
        "NO, REQUIRE, false",
    })
    void anUnencryptedPublishIsTakenOnlyWhereNothingIsRequired(
            TlsRequired required, ClientAuthPolicy policy, boolean isTaken) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        try (Chaski chaski = Chaski.builder()
                        .set(OptionTable.TLS_CERT, certificate.toString())
                        .set(OptionTable.TLS_KEY, key.toString())
                        .set(OptionTable.TLS_REQUIRED, required)
                        .set(OptionTable.TLS_CLIENT_AUTH_POLICY, policy)
                        .start();
                NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            assertThat(client.publish("orders", "one"))
                    .isEqualTo(isTaken ? "OK" : "E_INVALID cannot PUB in current state (TLS required)");
        }
    }

    @Test
    void withoutACertificateNothingIsRequired() throws Exception {
        try (Chaski chaski = Chaski.start();
                NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            assertThat(client.publish("orders", "one")).isEqualTo("OK");
        }
    }
}

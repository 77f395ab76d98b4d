package dev.chaski.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates can be exchanged while the server runs, and options are read as nsqd reads them. */
class CertificatesTest {
    @TempDir
    private Path folder;

    private TlsConfig config;

    @BeforeEach
    void aCertificate() throws Exception {
        config = new TlsConfig(
                folder.resolve("cert.pem"), folder.resolve("key.pem"), ClientAuthPolicy.NONE, null, TlsVersion.TLS_1_2);
        write(1);
    }

    @Test
    void filesThatDidNotChangeAreNotReadAgain() throws TlsException {
        Certificates certificates = Certificates.load(config);
        SslContext before = certificates.context();
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.context()).isSameAs(before);
    }

    @Test
    void changedFilesAreUsedFromThenOn() throws Exception {
        Certificates certificates = Certificates.load(config);
        SslContext before = certificates.context();
        write(2);
        assertThat(certificates.refresh()).isTrue();
        assertThat(certificates.context()).isNotSameAs(before);
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldOnesInPlace() throws Exception {
        Certificates certificates = Certificates.load(config);
        SslContext before = certificates.context();
        Files.writeString(config.key(), "damaged");
        assertThat(certificates.refresh()).isFalse();
        Files.delete(config.key());
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.context()).isSameAs(before);
        write(3);
        assertThat(certificates.refresh()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = CertificateBuilder.Algorithm.class,
            names = {"rsa2048", "ecp256", "ed25519"})
    void aKeyOfAnotherCertificateIsRefusedAtTheStartAndLeavesTheOldOnesInPlaceLater(
            CertificateBuilder.Algorithm algorithm) throws Exception {
        write(2, algorithm);
        Certificates certificates = Certificates.load(config);
        SslContext before = certificates.context();
        String certificate = Files.readString(config.certificate());
        write(3, algorithm);
        Files.writeString(config.certificate(), certificate);
        assertThat(certificates.refresh()).isFalse();
        assertThat(certificates.context()).isSameAs(before);
        assertThatThrownBy(() -> Certificates.load(config))
                .isInstanceOf(TlsException.class)
                .hasMessage(
                        "the key " + config.key() + " is not that of the first certificate in " + config.certificate());
        write(4, algorithm);
        assertThat(certificates.refresh()).isTrue();
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws Exception {
        write(2, CertificateBuilder.Algorithm.rsa2048);
        String key = Files.readString(config.key());
        write(3, CertificateBuilder.Algorithm.ecp256);
        Files.writeString(config.key(), key);
        assertThatThrownBy(() -> Certificates.load(config)).hasMessageContaining("is not that of");
    }

    @Test
    void aMissingFileIsToldAtTheStart() throws Exception {
        Files.delete(config.certificate());
        assertThatThrownBy(() -> Certificates.load(config))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(config.certificate().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "false, none, NO",
        "true, none, EVERYWHERE",
        "tcp-https, none, TCP_ONLY",
        "'', none, EVERYWHERE",
        "false, require, EVERYWHERE",
        "tcp-https, require-verify, TCP_ONLY",
    })
    void requiredFollowsTheOptionAndThePolicy(String text, String policy, TlsRequired expected) {
        assertThat(TlsRequired.parse(text, ClientAuthPolicy.parse(policy))).isEqualTo(expected);
    }

    @Test
    void aWrongOptionIsToldWithWhatIsAllowed() {
        assertThatThrownBy(() -> TlsRequired.parse("maybe", ClientAuthPolicy.NONE))
                .hasMessageContaining("false, true and tcp-https");
        assertThatThrownBy(() -> ClientAuthPolicy.parse("x")).hasMessageContaining("require-verify");
        assertThatThrownBy(() -> TlsVersion.parse("tls2")).hasMessageContaining("tls1.3");
    }

    @Test
    void theOldestVersionBringsAllNewerOnes() {
        assertThat(TlsVersion.parse("tls1.2").andNewer()).containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(TlsVersion.parse("ssl3.0").andNewer()).hasSize(4);
    }

    private void write(int modifiedSeconds) throws Exception {
        write(modifiedSeconds, CertificateBuilder.Algorithm.ecp256);
    }

    private void write(int modifiedSeconds, CertificateBuilder.Algorithm algorithm) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .algorithm(algorithm)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(config.certificate(), bundle.getCertificatePathPEM());
        Files.writeString(config.key(), bundle.getPrivateKeyPEM());
        Files.setLastModifiedTime(config.certificate(), FileTime.fromMillis(modifiedSeconds * 1000L));
        Files.setLastModifiedTime(config.key(), FileTime.fromMillis(modifiedSeconds * 1000L));
    }
}

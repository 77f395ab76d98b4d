package dev.chaski.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys are read in the forms that OpenSSL has written over the years. */
class PemTest {
    /** What stands before the PKCS#1 form in the PKCS#8 form of an RSA key of 2048 bits. */
    private static final int RSA_PREFIX_BYTES = 26;

    @TempDir
    private Path folder;

    @Test
    void aKeyInPkcs8IsRead() throws Exception {
        X509Bundle bundle = bundle(CertificateBuilder.Algorithm.ecp256);
        Path file = write("key.pem", bundle.getPrivateKeyPEM());
        assertThat(Pem.privateKey(file)).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void anRsaKeyInPkcs1IsRead() throws Exception {
        PrivateKey key =
                bundle(CertificateBuilder.Algorithm.rsa2048).getKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();
        Path file = write("key.pem", pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, RSA_PREFIX_BYTES, pkcs8.length)));
        assertThat(Pem.privateKey(file).getEncoded()).isEqualTo(pkcs8);
    }

    @Test
    void anEcKeyInSec1IsReadThoughItsParametersComeFirst() throws Exception {
        ECPrivateKey key = (ECPrivateKey)
                bundle(CertificateBuilder.Algorithm.ecp256).getKeyPair().getPrivate();
        ByteArrayOutputStream sec1 = new ByteArrayOutputStream();
        byte[] secret = key.getS().toByteArray();
        byte[] padded = new byte[32];
        int count = Math.min(secret.length, 32);
        System.arraycopy(secret, secret.length - count, padded, 32 - count, count);
        sec1.writeBytes(new byte[] {0x30, 49, 2, 1, 1, 4, 32});
        sec1.writeBytes(padded);
        sec1.writeBytes(new byte[] {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7});
        String file = pem("EC PARAMETERS", new byte[] {6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7})
                + pem("EC PRIVATE KEY", sec1.toByteArray());
        ECPrivateKey read = (ECPrivateKey) Pem.privateKey(write("key.pem", file));
        assertThat(read.getS()).isEqualTo(key.getS());
    }

    @Test
    void aFileWithoutAKeyIsToldByItsName() throws IOException {
        Path file = write("key.pem", "nothing here");
        assertThatThrownBy(() -> Pem.privateKey(file))
                .isInstanceOf(TlsException.class)
                .hasMessage("there is no unencrypted private key in " + file);
    }

    @Test
    void aDamagedKeyIsToldByItsFilesName() throws IOException {
        Path file = write("key.pem", pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1}));
        assertThatThrownBy(() -> Pem.privateKey(file))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("cannot read the private key from " + file);
    }

    @Test
    void aChainIsReadInItsOrder() throws Exception {
        String first = bundle(CertificateBuilder.Algorithm.ecp256).getCertificatePEM();
        String second = bundle(CertificateBuilder.Algorithm.ecp256).getCertificatePEM();
        assertThat(Pem.certificates(write("chain.pem", first + "some words\n" + second)))
                .hasSize(2);
    }

    @Test
    void aFileWithoutACertificateIsToldByItsName() throws IOException {
        Path file = write("cert.pem", "");
        assertThatThrownBy(() -> Pem.certificates(file))
                .isInstanceOf(TlsException.class)
                .hasMessage("there is no certificate in " + file);
    }

    private static X509Bundle bundle(CertificateBuilder.Algorithm algorithm) throws Exception {
        return new CertificateBuilder()
                .algorithm(algorithm)
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}

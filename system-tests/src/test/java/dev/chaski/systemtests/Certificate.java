package dev.chaski.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for 127.0.0.1, made for one test. */
final class Certificate {
    private static final String PASSWORD = "changeit";

    private final KeyStore store;
    private final Path certificate;
    private final Path key;

    private Certificate(KeyStore store, Path certificate, Path key) {
        this.store = store;
        this.certificate = certificate;
        this.key = key;
    }

    static Certificate make(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("test.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Commands.run(
                folder,
                Duration.ofSeconds(60),
                List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "30",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "BC=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Path certificate = write(
                folder.resolve("cert.pem"),
                "CERTIFICATE",
                store.getCertificate("test").getEncoded());
        Path key = write(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                store.getKey("test", PASSWORD.toCharArray()).getEncoded());
        return new Certificate(store, certificate, key);
    }

    private static Path write(Path file, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    /** The certificate as PEM: also what clients are to trust. */
    Path certificate() {
        return certificate;
    }

    /** The private key as PEM (PKCS 8). */
    Path key() {
        return key;
    }

    /** A client's TLS that trusts this certificate and no other. */
    SSLContext trustingContext() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("test", store.getCertificate("test"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}

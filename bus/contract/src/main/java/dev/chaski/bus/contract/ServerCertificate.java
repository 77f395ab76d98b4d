package dev.chaski.bus.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate that a test made for a server, signed by itself.
 *
 * @param keyStore PKCS #12, with {@link #PASSWORD}
 * @param certificatePem the certificate as a file
 * @param keyPem its private key as a file
 * @param context trusts this certificate and no other
 */
public record ServerCertificate(Path keyStore, Path certificatePem, Path keyPem, SSLContext context) {
    /** Of the key store and its key. */
    public static final String PASSWORD = "password";

    /**
     * Makes one.
     *
     * @param folder gets the files
     * @param name of the files
     * @param subject whom it is for, as keytool writes it: {@code ip:127.0.0.1}
     * @return its files, and who trusts it
     * @throws IOException where it cannot be made
     * @throws InterruptedException while keytool works
     * @throws GeneralSecurityException where this Java cannot read it
     */
    public static ServerCertificate create(Path folder, String name, String subject)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path keyStore = folder.resolve(name + ".p12");
        Path log = folder.resolve(name + "-keytool.log");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + subject,
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("no certificate: " + Files.readString(log));
        }
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
        Path certificatePem = folder.resolve(name + ".crt");
        Path keyPem = folder.resolve(name + ".key");
        Files.writeString(
                certificatePem, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.writeString(
                keyPem,
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        return new ServerCertificate(keyStore, certificatePem, keyPem, context(keys));
    }

    private static String pem(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory owns = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        owns.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(owns.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }
}

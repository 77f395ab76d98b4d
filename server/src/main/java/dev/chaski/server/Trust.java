package dev.chaski.server;

import dev.chaski.server.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom this node trusts when it is a client. */
final class Trust {
    private Trust() {}

    /** Trusts those whom the certificates of a PEM file vouch for. */
    static SSLContext in(Path rootCa) throws TlsException {
        try (InputStream in = Files.newInputStream(rootCa)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("root" + count++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("--tls-root-ca-file=" + rootCa + " cannot be used: " + e.getMessage(), e);
        }
    }
}

package dev.chaski.server.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Whether a private key is that of a certificate: what it signs, the certificate has to verify. */
final class KeyPairing {
    private static final byte[] PROBE = "chaski".getBytes(StandardCharsets.US_ASCII);

    private KeyPairing() {}

    static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws TlsException {
        String algorithm = algorithm(key);
        byte[] signature;
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            signature = signing.sign();
        } catch (GeneralSecurityException e) {
            throw new TlsException("the private key cannot sign: " + e.getMessage(), e);
        }
        try {
            Signature verifying = Signature.getInstance(algorithm);
            // Of the key alone: a certificate may be for other uses than signing, and TLS is not asked here.
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROBE);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // of another algorithm or length
        }
    }

    /** As {@link Pem} names the kinds of keys. */
    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}

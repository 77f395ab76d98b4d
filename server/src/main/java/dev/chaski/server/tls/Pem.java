package dev.chaski.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files in the forms that OpenSSL writes. */
final class Pem {
    /** Longest file that is read. */
    private static final long FILE_BYTES_MAX = 4L << 20;

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    static X509Certificate[] certificates(Path file) throws TlsException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher blocks = BLOCK.matcher(read(file));
            while (blocks.find()) {
                if (blocks.group(1).endsWith("CERTIFICATE")) {
                    Certificate one = factory.generateCertificate(new ByteArrayInputStream(decode(blocks.group(2))));
                    found.add((X509Certificate) one);
                }
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException("cannot read certificates from " + file + ": " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new TlsException("there is no certificate in " + file, null);
        }
        return found.toArray(new X509Certificate[0]);
    }

    static PrivateKey privateKey(Path file) throws TlsException {
        try {
            Matcher blocks = BLOCK.matcher(read(file));
            while (blocks.find()) {
                byte[] der = decode(blocks.group(2));
                switch (blocks.group(1)) {
                    case "PRIVATE KEY" -> {
                        return fromPkcs8(der);
                    }
                    case "RSA PRIVATE KEY" -> {
                        return fromPkcs8(PrivateKeyFormat.pkcs8FromPkcs1(der));
                    }
                    case "EC PRIVATE KEY" -> {
                        return fromPkcs8(PrivateKeyFormat.pkcs8FromSec1(der));
                    }
                    default -> {}
                }
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException("cannot read the private key from " + file + ": " + e.getMessage(), e);
        }
        throw new TlsException("there is no unencrypted private key in " + file, null);
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("longer than " + FILE_BYTES_MAX + " bytes");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                // Not of this algorithm: the next one is tried, and the last failure told.
                continue;
            }
        }
        throw new GeneralSecurityException("neither an RSA, an EC nor an Ed25519 key");
    }
}

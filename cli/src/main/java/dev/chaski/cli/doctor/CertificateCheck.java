package dev.chaski.cli.doctor;

import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.tls.Certificates;
import dev.chaski.server.tls.TlsConfig;
import dev.chaski.server.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Certificates: whether they can be used, and for how long. */
final class CertificateCheck {
    private static final String SUBJECT = "certificates";
    private static final Duration SOON = Duration.ofDays(30);
    private static final String RENEW = "renew it; a running broker reads it again when the file changes";

    private CertificateCheck() {}

    static List<Finding> look(Options options) {
        String certificate = options.get(OptionTable.TLS_CERT);
        String key = options.get(OptionTable.TLS_KEY);
        String root = options.get(OptionTable.TLS_ROOT_CA_FILE);
        if (certificate.isEmpty() || key.isEmpty()) {
            return List.of(Finding.ok(SUBJECT, "none: it speaks no TLS"));
        }
        List<Finding> findings = new ArrayList<>();
        try {
            Certificates.load(new TlsConfig(
                    Path.of(certificate),
                    Path.of(key),
                    options.get(OptionTable.TLS_CLIENT_AUTH_POLICY),
                    root.isEmpty() ? null : Path.of(root),
                    options.get(OptionTable.TLS_MIN_VERSION)));
        } catch (TlsException e) {
            return List.of(Finding.fail(SUBJECT, String.valueOf(e.getMessage()), "the broker would not start with it"));
        }
        look(Path.of(certificate), findings);
        if (!root.isEmpty()) {
            look(Path.of(root), findings);
        }
        return findings;
    }

    private static void look(Path file, List<Finding> findings) {
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (each instanceof X509Certificate certificate) {
                    findings.add(look(file, certificate, Instant.now()));
                }
            }
        } catch (IOException | CertificateException e) {
            findings.add(Finding.fail(SUBJECT, file + " cannot be read: " + e, "give a file in PEM"));
        }
    }

    static Finding look(Path file, X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        String text = file + ": " + certificate.getSubjectX500Principal() + " is valid from "
                + certificate.getNotBefore().toInstant() + " to " + end;
        if (now.isAfter(end)) {
            return Finding.fail(SUBJECT, text + ", which is over", RENEW);
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Finding.fail(SUBJECT, text + ", which is to come", "set the clock, or wait");
        }
        return end.isBefore(now.plus(SOON))
                ? Finding.warn(SUBJECT, text + ", " + Duration.between(now, end).toDays() + " days more", RENEW)
                : Finding.ok(SUBJECT, text);
    }
}

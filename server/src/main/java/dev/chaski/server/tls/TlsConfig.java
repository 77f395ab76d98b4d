package dev.chaski.server.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the certificates are and what is asked of clients.
 *
 * @param certificate PEM file of the server's certificate, with its chain
 * @param key PEM file of its private key: PKCS#8, PKCS#1 or SEC 1, not encrypted
 * @param policy what clients must show
 * @param rootCa PEM file of whoever signs clients' certificates, or null for those whom the JDK trusts
 * @param minVersion oldest version of TLS that is spoken
 */
public record TlsConfig(
        Path certificate,
        Path key,
        ClientAuthPolicy policy,
        @Nullable Path rootCa,
        TlsVersion minVersion) {}

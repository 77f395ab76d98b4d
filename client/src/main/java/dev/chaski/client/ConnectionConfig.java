package dev.chaski.client;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to open a connection. Immutable.
 *
 * @param identify the body of IDENTIFY, JSON
 * @param tls what to encrypt with, or null
 * @param checksHostName whether the certificate must be for the host that was asked for
 * @param compression what to ask for
 * @param deflateLevel 1 to 9
 * @param authSecret what to show to a server that asks for it, or null
 * @param heartbeat what the server was asked for; zero where off
 * @param connectTimeout for the connection, and for each answer until it is ready
 * @param frameBytesMax the longest frame to accept
 */
record ConnectionConfig(
        String identify,
        @Nullable SSLContext tls,
        boolean checksHostName,
        Compression compression,
        int deflateLevel,
        @Nullable String authSecret,
        Duration heartbeat,
        Duration connectTimeout,
        int frameBytesMax) {}

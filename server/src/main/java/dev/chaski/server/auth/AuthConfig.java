package dev.chaski.server.auth;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the authorization servers are.
 *
 * @param addresses {@code host:port} (asked at {@code /auth} over HTTP) or whole URLs; one or more
 * @param post whether they are asked by POST, with the question as JSON, and not by GET
 * @param connectTimeoutMs how long connecting may take, in milliseconds
 * @param requestTimeoutMs how long an answer may take, in milliseconds
 * @param trust whom HTTPS servers must be signed by, or null for those whom the JDK trusts
 */
public record AuthConfig(
        List<String> addresses,
        boolean post,
        long connectTimeoutMs,
        long requestTimeoutMs,
        @Nullable SSLContext trust) {}

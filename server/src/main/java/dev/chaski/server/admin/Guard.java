package dev.chaski.server.admin;

import dev.chaski.server.http.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says who may change something. A page of another site can make a browser send requests here, with whatever a proxy in
 * front adds of the user: so a request that comes from a browser has to come from our own pages, and to carry a header
 * that no form can set. Any thread.
 */
final class Guard {
    static final String OWN_HEADER = "X-Chaski-Console";

    private final AdminConfig config;
    private final String userHeader;

    Guard(AdminConfig config, String userHeader) {
        this.config = config;
        this.userHeader = userHeader;
    }

    /** Who it is, as a proxy in front says. */
    @Nullable
    String user(Request request) {
        String user = request.header(userHeader);
        return user == null || user.isBlank() ? null : user;
    }

    boolean isAdmin(@Nullable String user) {
        return config.adminUsers().isEmpty()
                || user != null && config.adminUsers().contains(user);
    }

    /** Refuses what is not to be done. */
    void check(Request request) throws ApiException {
        if (isForeign(request)) {
            throw ApiException.forbidden(
                    "CROSS_SITE", "a browser may change something from the console only, with " + OWN_HEADER + ": 1");
        }
        if (config.isReadOnly()) {
            throw ApiException.forbidden("READ_ONLY", "this broker was started with --console-read-only");
        }
        String user = user(request);
        if (!isAdmin(user)) {
            throw ApiException.forbidden(
                    "NOT_ADMIN", (user == null ? "somebody unknown" : user) + " is none of the --admin-user");
        }
    }

    private static boolean isForeign(Request request) {
        String site = request.header("Sec-Fetch-Site");
        String origin = request.header("Origin");
        if (site == null && origin == null) {
            return false;
        }
        boolean isOwn = "1".equals(request.header(OWN_HEADER));
        boolean isSameSite = site == null || site.equals("same-origin") || site.equals("none");
        return !isOwn || !isSameSite || origin != null && !isSameOrigin(origin, request);
    }

    /** Whether the page came from where the request goes to, or to where a proxy in front got it. */
    private static boolean isSameOrigin(String origin, Request request) {
        int scheme = origin.indexOf("://");
        String host = scheme < 0 ? "" : origin.substring(scheme + 3).toLowerCase(Locale.ROOT);
        return !host.isEmpty()
                && (isHost(host, request.header("Host")) || isHost(host, request.header("X-Forwarded-Host")));
    }

    private static boolean isHost(String host, @Nullable String header) {
        return header != null && host.equals(header.toLowerCase(Locale.ROOT));
    }
}

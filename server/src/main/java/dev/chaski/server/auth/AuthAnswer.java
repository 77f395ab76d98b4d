package dev.chaski.server.auth;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads what an authorization server answers. */
final class AuthAnswer {
    /** A time to live beyond this is as good as none. */
    private static final long TTL_MAX_SECONDS = TimeUnit.DAYS.toSeconds(365);

    private static final ObjectMapper JSON = new ObjectMapper();

    private AuthAnswer() {}

    static Authorization parse(byte[] body, long nowNs) throws AuthException {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (JacksonException e) {
            throw new AuthException("the answer is not JSON: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new AuthException("the answer cannot be read: " + e.getMessage());
        }
        if (!answer.isObject()) {
            throw new AuthException("the answer is not a JSON object");
        }
        List<Grant> grants = new ArrayList<>();
        for (JsonNode grant : answer.path("authorizations")) {
            grants.add(grant(grant));
        }
        long ttlSeconds = answer.path("ttl").asLong();
        if (ttlSeconds <= 0) {
            throw new AuthException("ttl is " + ttlSeconds + ", it must be above 0");
        }
        long expiresNs = nowNs + TimeUnit.SECONDS.toNanos(Math.min(ttlSeconds, TTL_MAX_SECONDS));
        return new Authorization(
                answer.path("identity").asText(), answer.path("identity_url").asText(), grants, expiresNs);
    }

    private static Grant grant(JsonNode grant) throws AuthException {
        boolean maySubscribe = false;
        boolean mayPublish = false;
        for (JsonNode permission : grant.path("permissions")) {
            switch (permission.asText()) {
                case "subscribe" -> maySubscribe = true;
                case "publish" -> mayPublish = true;
                default -> throw new AuthException("unknown permission " + permission);
            }
        }
        List<Pattern> channels = new ArrayList<>();
        for (JsonNode channel : grant.path("channels")) {
            channels.add(pattern("channel", channel.asText()));
        }
        return new Grant(pattern("topic", grant.path("topic").asText()), channels, maySubscribe, mayPublish);
    }

    private static Pattern pattern(String what, String regex) throws AuthException {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new AuthException(what + " \"" + regex + "\" is not a regular expression: " + e.getDescription());
        }
    }
}

package dev.chaski.server.admin;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.chaski.server.http.Answer;
import dev.chaski.server.http.Gzip;
import dev.chaski.server.http.Request;
import java.io.IOException;

/** Records as JSON, with underscores in their names. Loaded with the first request: the start does not pay for it. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final String TYPE = "application/json; charset=utf-8";

    private Json() {}

    /** What was asked for, compressed where that is worth it. */
    static Answer answer(Request request, Object value) throws IOException {
        return secured(Gzip.of(request, TYPE, bytes(value)));
    }

    /** Why it cannot be had. */
    static Answer failure(int status, String reason, Object value) throws IOException {
        return secured(Answer.of(status, reason, TYPE, bytes(value)));
    }

    private static Answer secured(Answer answer) {
        return answer.with("Cache-Control: no-store").with("X-Content-Type-Options: nosniff");
    }

    static byte[] bytes(Object value) throws IOException {
        return MAPPER.writeValueAsBytes(value);
    }
}

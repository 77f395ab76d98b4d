package dev.chaski.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A path in which some segments are free, and what serves it. Filled at the start, then immutable. */
final class PathPattern {
    /** Under this name stands what a star at the end takes. */
    static final String REST = "*";

    private final String prefix;
    private final String[] segments;
    private final boolean takesRest;
    private final Map<String, Endpoint> methods = new TreeMap<>();

    /** A pattern such as {@code /v1/topics/{topic}} or {@code /console/*}. */
    PathPattern(String pattern) {
        int free = pattern.indexOf('{');
        takesRest = pattern.endsWith("/" + REST);
        String fixed = takesRest ? pattern.substring(0, pattern.length() - 1) : pattern;
        prefix = free < 0 ? fixed : pattern.substring(0, free);
        segments = fixed.split("/", -1);
    }

    Map<String, Endpoint> methods() {
        return methods;
    }

    /** What stands at the free places of a path, or null where it is no path of this pattern. */
    @Nullable
    Map<String, String> match(String path) {
        if (!path.startsWith(prefix)) {
            return null;
        }
        String[] found = path.split("/", takesRest ? segments.length : -1);
        if (found.length != segments.length) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (takesRest && i == segments.length - 1) {
                parameters.put(REST, found[i]);
            } else if (segment.startsWith("{")) {
                if (found[i].isEmpty()) {
                    return null;
                }
                parameters.put(segment.substring(1, segment.length() - 1), found[i]);
            } else if (!segment.equals(found[i])) {
                return null;
            }
        }
        return parameters;
    }
}

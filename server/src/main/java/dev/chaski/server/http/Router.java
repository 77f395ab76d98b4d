package dev.chaski.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds what a method and a path ask for. Filled at the start, then immutable: any thread. */
final class Router {
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final Map<String, Map<String, Endpoint>> byPath = new HashMap<>();
    private final Map<String, Map<String, Endpoint>> byParent = new HashMap<>();

    /** What was found: an endpoint, or what to answer instead. */
    record Match(
            @Nullable Endpoint endpoint,
            String argument,
            @Nullable Answer instead) {
        private static Match answer(Answer answer) {
            return new Match(null, "", answer);
        }
    }

    void add(String method, String path, Endpoint endpoint) {
        byPath.computeIfAbsent(path, key -> new TreeMap<>()).put(method, endpoint);
    }

    /** An endpoint under every one-segment path below a parent, which ends in a slash. */
    void addBelow(String method, String parent, Endpoint endpoint) {
        byParent.computeIfAbsent(parent, key -> new TreeMap<>()).put(method, endpoint);
    }

    /** What a URI asks for; {@code path} is its decoded path and {@code query} what follows it, with its mark. */
    Match match(String method, String path, String query) {
        if (path.equals("*")) {
            return Match.answer(method.equals("OPTIONS") ? empty() : notAllowed(allMethods()));
        }
        Map<String, Endpoint> methods = methods(path);
        if (methods == null) {
            return Match.answer(redirectOrNotFound(method, path, query));
        }
        Endpoint endpoint = methods.get(method);
        if (endpoint != null) {
            return new Match(endpoint, path.substring(path.lastIndexOf('/') + 1), null);
        }
        String allow = allow(methods);
        return Match.answer(method.equals("OPTIONS") ? empty().with("Allow: " + allow) : notAllowed(allow));
    }

    private @Nullable Map<String, Endpoint> methods(String path) {
        Map<String, Endpoint> methods = byPath.get(path);
        int slash = path.lastIndexOf('/');
        if (methods == null && slash >= 0 && slash < path.length() - 1) {
            methods = byParent.get(path.substring(0, slash + 1));
        }
        return methods;
    }

    private Answer redirectOrNotFound(String method, String path, String query) {
        String clean = clean(path);
        for (String candidate : List.of(clean, clean + "/", clean.toLowerCase(Locale.ROOT))) {
            Map<String, Endpoint> methods = candidate.equals(path) ? null : methods(candidate);
            if (methods != null && methods.containsKey(method)) {
                return redirect(method, candidate + query);
            }
        }
        return Answer.error(NOT_FOUND, "Not Found", "NOT_FOUND");
    }

    /** Without empty and dot segments, and without a slash at its end. */
    private static String clean(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.removeLast();
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    private static Answer redirect(String method, String location) {
        if (location.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>')) {
            return Answer.error(NOT_FOUND, "Not Found", "NOT_FOUND");
        }
        if (!method.equals("GET")) {
            return Answer.plain(307, "Temporary Redirect", Answer.Type.NONE, "").with("Location: " + location);
        }
        String page = "<a href=\"" + location.replace("&", "&amp;") + "\">Moved Permanently</a>.\n\n";
        return Answer.plain(301, "Moved Permanently", Answer.Type.HTML, page).with("Location: " + location);
    }

    private static Answer empty() {
        return Answer.plain(200, "OK", Answer.Type.NONE, "");
    }

    private static Answer notAllowed(String allow) {
        return Answer.error(METHOD_NOT_ALLOWED, "Method Not Allowed", "METHOD_NOT_ALLOWED")
                .with("Allow: " + allow);
    }

    private String allMethods() {
        Map<String, Endpoint> all = new TreeMap<>();
        byPath.values().forEach(all::putAll);
        byParent.values().forEach(all::putAll);
        return allow(all);
    }

    private static String allow(Map<String, Endpoint> methods) {
        TreeSet<String> names = new TreeSet<>(methods.keySet());
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}

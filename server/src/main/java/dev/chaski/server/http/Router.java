package dev.chaski.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds what a method and a path ask for. Filled before it is used, then immutable but for its branches: any thread. */
public final class Router {
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final Map<String, Map<String, Endpoint>> byPath = new HashMap<>();
    private final Map<String, Map<String, Endpoint>> byParent = new HashMap<>();
    private final Map<String, PathPattern> patterns = new LinkedHashMap<>();
    private final Map<String, Branch> branches = new LinkedHashMap<>();

    /** Nothing is served yet. */
    Router() {}

    /** What was found: an endpoint, or what to answer instead. */
    record Match(
            @Nullable Endpoint endpoint,
            String argument,
            Map<String, String> parameters,
            @Nullable Answer instead) {
        private static Match answer(Answer answer) {
            return new Match(null, "", Map.of(), answer);
        }
    }

    /**
     * An endpoint at one path.
     *
     * @param method HTTP's name of it
     * @param path from the first slash on, without escapes
     * @param endpoint what serves it
     */
    public void add(String method, String path, Endpoint endpoint) {
        byPath.computeIfAbsent(path, key -> new TreeMap<>()).put(method, endpoint);
    }

    /**
     * An endpoint at every path of a pattern. Patterns are tried in the order in which they came, after exact paths.
     *
     * @param method HTTP's name of it
     * @param pattern a path with {@code {name}} in place of a segment, and perhaps {@code *} for all that follows
     * @param endpoint what serves it
     */
    public void addPattern(String method, String pattern, Endpoint endpoint) {
        patterns.computeIfAbsent(pattern, PathPattern::new).methods().put(method, endpoint);
    }

    /** An endpoint under every one-segment path below a parent, which ends in a slash. */
    void addBelow(String method, String parent, Endpoint endpoint) {
        byParent.computeIfAbsent(parent, key -> new TreeMap<>()).put(method, endpoint);
    }

    /**
     * Endpoints below a path, which are made when the first of them is asked for: a start need not pay for many.
     *
     * @param prefix what their paths begin with, with a slash at its end
     * @param endpoints name them
     */
    public void addLazily(String prefix, Endpoints endpoints) {
        branches.put(prefix, new Branch(endpoints));
    }

    /** Paths that are known when one of them is asked for. Any thread. */
    private static final class Branch {
        private final Endpoints endpoints;
        private @Nullable Router router;

        private Branch(Endpoints endpoints) {
            this.endpoints = endpoints;
        }

        private synchronized Router router() {
            Router made = router;
            if (made == null) {
                made = new Router();
                endpoints.addTo(made);
                router = made;
            }
            return made;
        }
    }

    /** What a URI asks for; {@code path} is its decoded path and {@code query} what follows it, with its mark. */
    Match match(String method, String path, String query) {
        if (path.equals("*")) {
            return Match.answer(method.equals("OPTIONS") ? empty() : notAllowed(allMethods()));
        }
        Map<String, Endpoint> methods = methods(path);
        if (methods == null) {
            Match found = matchPattern(method, path, query);
            return found != null ? found : Match.answer(redirectOrNotFound(method, path, query));
        }
        Endpoint endpoint = methods.get(method);
        if (endpoint != null) {
            return new Match(endpoint, path.substring(path.lastIndexOf('/') + 1), Map.of(), null);
        }
        return Match.answer(otherMethods(method, methods));
    }

    private @Nullable Match matchPattern(String method, String path, String query) {
        for (Map.Entry<String, Branch> branch : branches.entrySet()) {
            if (path.startsWith(branch.getKey())) {
                return branch.getValue().router().match(method, path, query);
            }
        }
        for (PathPattern pattern : patterns.values()) {
            Map<String, String> parameters = pattern.match(path);
            if (parameters != null) {
                Endpoint endpoint = pattern.methods().get(method);
                return endpoint == null
                        ? Match.answer(otherMethods(method, pattern.methods()))
                        : new Match(endpoint, parameters.getOrDefault(PathPattern.REST, ""), parameters, null);
            }
        }
        return null;
    }

    private static Answer otherMethods(String method, Map<String, Endpoint> methods) {
        String allow = allow(methods);
        return method.equals("OPTIONS") ? empty().with("Allow: " + allow) : notAllowed(allow);
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
        patterns.values().forEach(pattern -> all.putAll(pattern.methods()));
        return allow(all);
    }

    private static String allow(Map<String, Endpoint> methods) {
        TreeSet<String> names = new TreeSet<>(methods.keySet());
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}

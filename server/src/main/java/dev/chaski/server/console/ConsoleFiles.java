package dev.chaski.server.console;

import dev.chaski.server.http.Answer;
import dev.chaski.server.http.Endpoint;
import dev.chaski.server.http.Endpoints;
import dev.chaski.server.http.Gzip;
import dev.chaski.server.http.Request;
import dev.chaski.server.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The console under {@code /console/}: the files of one folder of the class path. They are read, and compressed, when
 * they are first asked for. Any thread but an event loop.
 */
public final class ConsoleFiles implements Endpoints {
    private static final String FOLDER = "dev/chaski/console/";
    private static final String FIRST_PAGE = "index.html";
    /** Many times what the console is: whatever else is on the class path, this much of it is kept and no more. */
    private static final int BYTES_MAX = 8 << 20;

    private static final int NAME_CHARS_MAX = 256;

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String POLICY = "Content-Security-Policy: default-src 'none'; script-src 'self';"
            + " style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "png", "image/png",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");

    private final ClassLoader loader;
    private final Map<String, ConsoleFile> files = new ConcurrentHashMap<>();

    /** The console that is on the class path, if it is. */
    public ConsoleFiles() {
        this(ConsoleFiles.class.getClassLoader());
    }

    /**
     * A console whose files another loader finds.
     *
     * @param loader finds them
     */
    public ConsoleFiles(ClassLoader loader) {
        this.loader = loader;
    }

    @Override
    public void addTo(Router router) {
        for (String method : new String[] {"GET", "HEAD"}) {
            router.add(method, "/console", bodyless(request -> toFirstPage()));
            router.addPattern(method, "/console/*", bodyless(this::file));
        }
    }

    private static Endpoint bodyless(Endpoint.Handler handler) {
        return new Endpoint(Endpoint.Kind.BODYLESS, handler);
    }

    /** Relative, since a proxy in front may serve the broker below a path of its own. */
    private static Answer toFirstPage() {
        return Answer.nothing(302, "Found").with("Location: console/");
    }

    private Answer file(Request request) throws IOException {
        String name = request.argument().isEmpty() ? FIRST_PAGE : request.argument();
        ConsoleFile file = find(name);
        if (file == null) {
            return secured(Answer.of(
                    404, "Not Found", "text/plain; charset=utf-8", "404 Not Found\n".getBytes(StandardCharsets.UTF_8)));
        }
        if (isKnown(request.header("If-None-Match"), file.etag())) {
            return cached(Answer.nothing(304, "Not Modified"), file);
        }
        boolean isZipped = Gzip.isTakenBy(request) && file.zipped().length < file.plain().length;
        Answer answer = Answer.of(200, "OK", file.contentType(), isZipped ? file.zipped() : file.plain());
        return cached(isZipped ? answer.with("Content-Encoding: gzip") : answer, file);
    }

    private static Answer cached(Answer answer, ConsoleFile file) {
        return secured(answer)
                .with("ETag: " + file.etag())
                .with("Cache-Control: no-cache")
                .with("Vary: Accept-Encoding");
    }

    private static Answer secured(Answer answer) {
        return answer.with(POLICY)
                .with("X-Content-Type-Options: nosniff")
                .with("Referrer-Policy: no-referrer")
                .with("Cross-Origin-Opener-Policy: same-origin");
    }

    private static boolean isKnown(@Nullable String tags, String etag) {
        return tags != null && (tags.contains(etag) || tags.strip().equals("*"));
    }

    private @Nullable ConsoleFile find(String name) throws IOException {
        ConsoleFile known = files.get(name);
        if (known != null || !isPlain(name)) {
            return known;
        }
        int dot = name.lastIndexOf('.');
        String type = dot < 0 ? null : TYPES.get(name.substring(dot + 1));
        try (InputStream in = type == null ? null : loader.getResourceAsStream(FOLDER + name)) {
            if (in == null || type == null) {
                return null;
            }
            ConsoleFile file = new ConsoleFile(type, in.readAllBytes());
            int kept = files.values().stream()
                    .mapToInt(other -> other.plain().length)
                    .sum();
            if (kept + file.plain().length <= BYTES_MAX) {
                files.put(name, file);
            }
            return file;
        }
    }

    /** Whether it is a path of names and nothing else: none leads out of the folder. */
    private static boolean isPlain(String name) {
        if (name.length() > NAME_CHARS_MAX || name.startsWith("/") || name.contains("//") || name.contains("..")) {
            return false;
        }
        return name.chars()
                .allMatch(c ->
                        c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "/._-".indexOf(c) >= 0);
    }
}

package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.console.ConsoleFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console's files, over a real socket. */
@Timeout(60)
class ConsoleFilesTest {
    private static final String PAGE = "<!doctype html><title>A page</title>";
    private static final String SCRIPT = "export const answer = 42;\n".repeat(200);

    @TempDir
    private Path folder;

    private interface Body {
        void run(RawHttp client) throws Exception;
    }

    private void withConsole(Body body) throws Exception {
        Path classes = folder.resolve("classes");
        Path files = classes.resolve("dev/chaski/console");
        Files.createDirectories(files.resolve("js"));
        Files.writeString(files.resolve("index.html"), PAGE);
        Files.writeString(files.resolve("js/main.js"), SCRIPT);
        Files.writeString(files.resolve("notes.class"), "not for the console");
        Files.writeString(classes.resolve("dev/chaski/secret.txt"), "nobody's");
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
                TestHttpDoor test = TestHttpDoor.open(
                        folder.resolve("data"), options -> options.more = List.of(new ConsoleFiles(loader)));
                RawHttp client = test.connect()) {
            body.run(client);
        }
    }

    @Test
    void theFirstPageComesWithItsTypeAndPolicy() throws Exception {
        withConsole(client -> {
            RawHttp.Response redirect = client.ask("GET", "/console", "");
            assertThat(redirect.status()).isEqualTo(302);
            assertThat(redirect.headers()).containsEntry("location", "console/");
            RawHttp.Response page = client.ask("GET", "/console/", "");
            assertThat(page.body()).isEqualTo(PAGE);
            assertThat(page.headers())
                    .containsEntry("content-type", "text/html; charset=utf-8")
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("referrer-policy", "no-referrer")
                    .containsEntry("cache-control", "no-cache")
                    .containsKey("etag");
            assertThat(page.headers().get("content-security-policy"))
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .doesNotContain("unsafe");
        });
    }

    @Test
    void aFileThatIsKnownIsNotSentAgain() throws Exception {
        withConsole(client -> {
            String etag = client.ask("GET", "/console/js/main.js", "").headers().get("etag");
            RawHttp.Response again = client.ask("GET", "/console/js/main.js", "", "If-None-Match: " + etag);
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers()).containsEntry("etag", etag);
            // The connection goes on: nothing of a body is on the way.
            assertThat(client.ask("GET", "/console/js/main.js", "", "If-None-Match: \"other\"")
                            .body())
                    .isEqualTo(SCRIPT);
        });
    }

    @Test
    void whoTakesGzipGetsLess() throws Exception {
        withConsole(client -> {
            client.send(RawHttp.request("GET", "/console/js/main.js", "", "Accept-Encoding: br, gzip"));
            RawHttp.Bytes answer = client.readBytes();
            assertThat(answer.headers())
                    .containsEntry("content-encoding", "gzip")
                    .containsEntry("content-type", "text/javascript; charset=utf-8")
                    .containsEntry("vary", "Accept-Encoding");
            assertThat(answer.body().length).isLessThan(SCRIPT.length() / 10);
            assertThat(unzipped(answer.body())).isEqualTo(SCRIPT);
        });
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        withConsole(client -> {
            RawHttp.Response head = client.ask("HEAD", "/console/js/main.js", "");
            assertThat(head.headers()).containsEntry("content-length", Integer.toString(SCRIPT.length()));
            assertThat(client.ask("GET", "/console/", "").body()).isEqualTo(PAGE);
        });
    }

    @Test
    void nothingElseOfTheClassPathIsServed() throws Exception {
        withConsole(client -> {
            for (String path : List.of(
                    "/console/missing.js",
                    "/console/js",
                    "/console/js/",
                    "/console/notes.class",
                    "/console/../secret.txt",
                    "/console/%2e%2e/secret.txt",
                    "/console/js/%2e%2e/%2e%2e/secret.txt",
                    "/console//secret.txt",
                    "/console/js%5c..%5c..%5csecret.txt",
                    "/console/index.html%00.js",
                    "/console/" + "a/".repeat(300) + "b.js")) {
                RawHttp.Response answer = client.ask("GET", path, "");
                assertThat(answer.status()).as(path).isEqualTo(404);
                assertThat(answer.body()).as(path).doesNotContain("nobody's").doesNotContain("for the console");
            }
            assertThat(client.ask("POST", "/console/", "x").status()).isEqualTo(405);
        });
    }
}

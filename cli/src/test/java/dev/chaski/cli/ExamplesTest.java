package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs what the documents tell people to type, where a block is marked by {@code <!-- run -->}. */
@Timeout(120)
class ExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("chaski.root", ".."));
    private static final Pattern BLOCK = Pattern.compile("<!-- run -->\n *```sh\n(.*?)```", Pattern.DOTALL);
    /** A block that is not run says why. */
    private static final Pattern UNTOLD = Pattern.compile("(?<!-->)\n *```sh\n(.*?)```", Pattern.DOTALL);

    private static final List<String> DOCUMENTS =
            List.of("README.md", "docs/using.md", "docs/running.md", "docs/api.md", "docs/bench.md", "docs/console.md");
    private static final String STRICT = """
            set -euo pipefail
            curl() { command curl -sS --max-time 20 --fail-with-body "$@"; }
            """;

    /**
     * The command as {@code ./chaski} would run it, of the classes under test, told where the test's broker listens: what
     * people type means the usual ports.
     */
    private static final String CHASKI =
            """
            chaski() {
                local first=${1:-} second=${2:-}
                case $first in
                    pub | sub | tail | to-file | to-http | bridge) shift; run "$first" --broker="$NSQ" "$@" ;;
                    list | stat) shift; run "$first" --broker-http="$HTTP" "$@" ;;
                    topic | channel) shift 2; run "$first" "$second" --broker-http="$HTTP" "$@" ;;
                    doctor) shift; run doctor --tcp-address="$NSQ" --http-address="$HTTP" --data-path="$DATA" \\
                        --lookup-tcp-address=127.0.0.1:0 --lookup-http-address=127.0.0.1:0 "$@" ;;
                    serve | lookupd) if [ "$BASHPID" = "$$" ]; then started "$@"; else here "$@"; fi ;;
                    bench) briefly "$@" ;;
                    inspect) curl -o /dev/null -d something "http://$HTTP/pub?topic=orders"; run "$@" ;;
                    import) echo '{"version":"1.3.0","topics":[]}' >nsqd.dat; run import . --data-path=imported ;;
                    *) run "$@" ;;
                esac
            }
            # On free ports, whatever the example says.
            here() {
                local flags=() flag ports=(tcp http)
                for flag in "$@"; do
                    case $flag in --tcp-address=* | --http-address=* | --data-path=*) ;; *) flags+=("$flag") ;; esac
                done
                [ "$1" = lookupd ] || ports+=(lookup-tcp lookup-http)
                for flag in "${ports[@]}"; do flags+=("--$flag-address=127.0.0.1:0"); done
                run "${flags[@]}" --data-path=served
            }
            # Until it is ready; then it is told to stop, and has to end well.
            started() {
                here "$@" 2>started.log & local pid=$!
                until grep -q logger=${1^}.*Command started.log; do kill -0 $pid; sleep 0.1; done
                kill -TERM $pid; wait $pid
            }
            # As long as the example says is too long for a test.
            briefly() {
                local flags=() flag
                for flag in "$@"; do
                    case $flag in
                        --duration=* | --warm-up=* | --port=* | --http-port=* | --pid=*) ;;
                        --count=*) flags+=(--count=200) ;;
                        --to=*) flags+=(--to=1500ms) ;;
                        *) flags+=("$flag") ;;
                    esac
                done
                case $* in
                    *--help*) ;;
                    *lookup*) flags+=(--duration=300ms --warm-up=0s --nodes=2 --topics=10 --port="$LOOKUP_TCP" --http-port="$LOOKUP_HTTP") ;;
                    *deferred*) flags+=(--port="${NSQ#*:}") ;;
                    *table*) flags+=(--rows=pub --duration=300ms --warm-up=0s --port="${NSQ#*:}" --http-port="${HTTP#*:}") ;;
                    *) flags+=(--duration=300ms --warm-up=0s --port="${NSQ#*:}" --http-port="${HTTP#*:}") ;;
                esac
                run "${flags[@]}"
            }
            taskset() { shift 2; "$@"; }
            # In the background it is the command that a signal reaches.
            run() { if [ "$BASHPID" = "$$" ]; then JAVA "$@"; else exec JAVA "$@"; fi; }
            """.replace("JAVA", "'" + String.join("' '", ChaskiProcess.briefCommand()) + "'");

    /** One broker serves all examples: each finds it as if it were the first. */
    private static final String AS_NEW = """
            for topic in $(curl "http://$HTTP/stats?format=json" | grep -o '"topic_name":"[^"]*' | cut -d'"' -f4); do
                curl -X POST "http://$HTTP/topic/delete?topic=$topic"
            done
            curl -X PUT -d '[]' "http://$HTTP/config/nsqlookupd_tcp_addresses"
            """;

    @TempDir
    static Path folder;

    private static ChaskiProcess broker;

    @BeforeAll
    static void start() throws Exception {
        broker = ChaskiProcess.serve(folder, "--lookup-tcp-address=127.0.0.1:0", "--lookup-http-address=127.0.0.1:0");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @TestFactory
    List<DynamicTest> theExamplesOfTheDocumentsWork() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String name : DOCUMENTS) {
            Matcher matcher = BLOCK.matcher(Files.readString(ROOT.resolve(name)));
            while (matcher.find()) {
                String script = matcher.group(1);
                tests.add(DynamicTest.dynamicTest(
                        name + ": " + script.lines().findFirst().orElse(""), () -> run(script)));
            }
        }
        return tests;
    }

    @Test
    void thereAreExamplesInEachDocument() throws IOException {
        assertThat(BLOCK.matcher(Files.readString(ROOT.resolve("README.md"))).results())
                .isNotEmpty();
        assertThat(BLOCK.matcher(Files.readString(ROOT.resolve("docs/using.md")))
                        .results())
                .hasSizeGreaterThan(2);
    }

    @Test
    void everyExampleIsRunOrSaysWhyNot() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (DirectoryStream<Path> docs = Files.newDirectoryStream(ROOT.resolve("docs"), "*.md")) {
            docs.forEach(documents::add);
        }
        for (Path document : documents) {
            assertThat(UNTOLD.matcher(Files.readString(document)).results().map(found -> found.group(1)))
                    .as(document.toString())
                    .isEmpty();
        }
    }

    @Test
    void thereAreExamplesOfBackups() throws IOException {
        assertThat(BLOCK.matcher(Files.readString(ROOT.resolve("docs/running.md")))
                        .results())
                .hasSizeGreaterThan(2);
    }

    private static void run(String script) throws IOException, InterruptedException {
        Path backups = Files.createTempDirectory(folder, "backups");
        String nsq = "127.0.0.1:" + broker.port("nsq");
        String here = script.replace("127.0.0.1:4151", http())
                .replace("127.0.0.1:4150", nsq)
                .replace("/var/lib/chaski", folder.resolve("data").toString())
                .replace("/var/backups/chaski", backups.toString())
                .replace("127.0.0.1:4161", "127.0.0.1:" + broker.port("lookup-http"))
                .replace("./chaski ", "chaski ");
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", STRICT + AS_NEW + CHASKI + here + "\nwait\n")
                .directory(Files.createTempDirectory(folder, "here").toFile())
                .redirectErrorStream(true);
        bash.environment().put("NSQ", nsq);
        bash.environment().put("HTTP", http());
        bash.environment().put("LOOKUP_TCP", String.valueOf(broker.port("lookup")));
        bash.environment().put("LOOKUP_HTTP", String.valueOf(broker.port("lookup-http")));
        bash.environment().put("SERVER", String.valueOf(ProcessHandle.current().pid()));
        bash.environment().put("DATA", folder.resolve("data").toString());
        bash.environment().put("TMPDIR", folder.toString());
        Process shell = bash.start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as("%s\nprinted:\n%s", here, output).isZero();
    }

    private static String http() {
        return "127.0.0.1:" + broker.port("http");
    }
}

package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A broker in a process of its own, started as a user would. Used by the thread of one test. */
final class BrokerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final BrokerKind kind;
    private final Path data;
    private final Process process;
    private final BrokerLog log;
    private final Map<String, InetSocketAddress> doors = new ConcurrentHashMap<>();

    private BrokerProcess(BrokerKind kind, Path data, List<String> flags) throws IOException {
        this.kind = kind;
        this.data = data;
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(kind.command());
        command.addAll(List.of(
                "--tcp-address=127.0.0.1:0", "--http-address=127.0.0.1:0", "--data-path=" + data.toAbsolutePath()));
        command.addAll(kind.withoutLookup());
        command.addAll(flags);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // Signals go through the handle: Process.destroy would close the pipe that the last words come through.
        log = new BrokerLog(process.getInputStream(), logFile(kind), this::noteDoor);
    }

    private static Path logFile(BrokerKind kind) throws IOException {
        Path folder = Path.of(System.getProperty("chaski.logs", System.getProperty("java.io.tmpdir")));
        Files.createDirectories(folder);
        String test = System.getProperty("chaski.test.name", "broker");
        return folder.resolve(
                test + "-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + COUNT.incrementAndGet() + ".log");
    }

    /** Starts the broker under test on a data folder and waits until it serves. */
    static BrokerProcess start(Path data, String... flags) throws IOException {
        return start(BrokerKind.underTest(), data, flags);
    }

    /** Starts a broker of this kind on a data folder and waits until it serves. */
    static BrokerProcess start(BrokerKind kind, Path data, String... flags) throws IOException {
        BrokerProcess broker = launch(kind, data, flags);
        try {
            broker.awaitReady();
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    /** Starts a broker that perhaps will not serve: the caller looks at how it ends. */
    static BrokerProcess launch(BrokerKind kind, Path data, String... flags) throws IOException {
        return new BrokerProcess(kind, data, List.of(flags));
    }

    private void noteDoor(String line) {
        Matcher matcher = kind.listening().matcher(line);
        while (matcher.find()) {
            doors.put(
                    matcher.group(1),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(3))));
        }
    }

    private boolean serves() {
        return doors.containsKey(kind.tcpName()) && (doors.containsKey("http") || doors.containsKey("HTTP"));
    }

    private void awaitReady() {
        try {
            Awaitility.await()
                    .atMost(START_TIMEOUT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> serves() || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("The broker did not say where it listens. It printed:\n" + log.tail(), e);
        }
        if (!serves()) {
            throw new AssertionError(
                    "The broker ended with " + process.exitValue() + " at its start. It printed:\n" + log.tail());
        }
    }

    InetSocketAddress tcp() {
        return doors.get(kind.tcpName());
    }

    InetSocketAddress httpAddress() {
        return doors.containsKey("http") ? doors.get("http") : doors.get("HTTP");
    }

    InetSocketAddress httpsAddress() {
        return doors.containsKey("https") ? doors.get("https") : doors.get("HTTPS");
    }

    /** The flags by which another broker registers at the lookup of this one and asks it. */
    String[] lookupFlags() {
        Awaitility.await().until(() -> doors.keySet().containsAll(List.of("lookup", "lookup-http")));
        return lookupFlags(
                doors.get("lookup").getPort(), doors.get("lookup-http").getPort());
    }

    /** The same for any lookup of this machine. */
    static String[] lookupFlags(int tcpPort, int httpPort) {
        return new String[] {
            "--lookupd-tcp-address=127.0.0.1:" + tcpPort,
            "--lookupd-http-address=127.0.0.1:" + httpPort,
            "--broadcast-address=127.0.0.1"
        };
    }

    HttpDoor http() {
        return new HttpDoor(httpAddress());
    }

    RawNsq connect() throws IOException {
        return RawNsq.connect(tcp());
    }

    BrokerKind kind() {
        return kind;
    }

    Path data() {
        return data;
    }

    BrokerLog log() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What the process has taken of the machine's memory for itself: without files that are mapped. */
    long rssAnonBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IllegalStateException("no RssAnon of process " + pid());
    }

    /** SIGKILL; returns when the process is gone. */
    void killMinusNine() throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        log.awaitEnd();
    }

    /** SIGTERM, without waiting for the end. */
    void signalTerm() {
        process.toHandle().destroy();
    }

    /** Waits for the end. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .as("the broker ends; it printed:\n%s", log.tail())
                .isTrue();
        log.awaitEnd();
        return process.exitValue();
    }

    /** SIGTERM; expects exit code 0 and a log without errors. */
    void stop() throws InterruptedException {
        signalTerm();
        assertThat(awaitExit()).as("exit code after SIGTERM").isZero();
        assertNoErrors();
    }

    /** Nothing was logged as an error. An nsqd is spared: it logs every mistake of a client as one. */
    void assertNoErrors() {
        if (kind != BrokerKind.NSQD) {
            log.assertNoErrors();
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}

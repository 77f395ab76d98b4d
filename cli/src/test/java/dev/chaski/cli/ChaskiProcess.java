package dev.chaski.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The chaski command in a process of its own. Any thread. */
final class ChaskiProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening door=([\\w-]+) address=127\\.0\\.0\\.1:(\\d+)");
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final Thread reader;
    final List<String> lines = new CopyOnWriteArrayList<>();

    private ChaskiProcess(Process process) {
        this.process = process;
        reader = Thread.ofVirtual().start(this::read);
    }

    static ChaskiProcess start(Path folder, String... arguments) throws IOException {
        List<String> command = command();
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    private static ChaskiProcess run(Path folder, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CHASKI_"));
        Process process = builder.start();
        process.getOutputStream().close();
        return new ChaskiProcess(process);
    }

    /** The words that run it, without those that say what to do. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags());
        command.addAll(List.of("-Xmx128m", "-cp", classPath(), "dev.chaski.cli.Main"));
        return command;
    }

    /** The same for a command that is over soon: it does not wait for the better of the compilers. */
    static List<String> briefCommand() {
        List<String> command = command();
        command.add(1, "-XX:TieredStopAtLevel=1");
        return command;
    }

    /** Those of this JVM, but for what only a test run needs. */
    private static List<String> jvmFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent") && !flag.startsWith("-Xm") && !flag.startsWith("-D"))
                .toList();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Free ports of this machine, and no lookup. */
    static final List<String> FREE_PORTS = List.of(
            "--tcp-address=127.0.0.1:0",
            "--http-address=127.0.0.1:0",
            "--lookup-tcp-address=",
            "--lookup-http-address=");

    /** A broker on free ports of this machine; returns when it serves. */
    static ChaskiProcess serve(Path folder, String... flags) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        arguments.addAll(FREE_PORTS);
        arguments.addAll(List.of(flags));
        ChaskiProcess broker = start(folder, arguments.toArray(String[]::new));
        broker.awaitLine("serving version=");
        return broker;
    }

    /** The same as a service, which belongs to no terminal, wherever the tests run. */
    static ChaskiProcess serveDetached(Path folder, String... flags) throws IOException, InterruptedException {
        List<String> command = command();
        if (Terminal.controls()) {
            command.addFirst("setsid");
        }
        command.add("serve");
        command.addAll(FREE_PORTS);
        command.addAll(List.of(flags));
        ChaskiProcess broker = run(folder, command);
        broker.awaitLine("serving version=");
        return broker;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("cannot be read: " + e);
        }
    }

    void awaitLine(String part) {
        Awaitility.await().atMost(Duration.ofSeconds(TIMEOUT_SECONDS)).until(() -> has(part) || !reader.isAlive());
        if (!has(part)) {
            throw new AssertionError("never said \"" + part + "\", but:\n" + output());
        }
    }

    boolean has(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    String output() {
        return String.join("\n", lines);
    }

    int port(String door) {
        for (String line : lines) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find() && matcher.group(1).equals(door)) {
                return Integer.parseInt(matcher.group(2));
            }
        }
        throw new AssertionError("no door " + door + " in:\n" + output());
    }

    /** Sends a signal by its name. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; it said:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

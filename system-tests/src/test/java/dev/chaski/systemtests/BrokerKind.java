package dev.chaski.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which broker a test starts: ours, or a real nsqd to compare with where the environment names one. */
enum BrokerKind {
    CHASKI(Pattern.compile("listening door=(nsq|http|https|lookup|lookup-http) address=(\\S+):(\\d+)"), "nsq"),
    /** Ours as a user starts it: by the script in the root folder, which must have been built. */
    SCRIPT(CHASKI.listening, CHASKI.tcpName),
    NSQD(Pattern.compile("(TCP|HTTP|HTTPS): listening on (\\S+):(\\d+)"), "TCP");

    /** Names the binary of nsqd; tests that need one skip themselves without it. */
    static final String NSQD_VARIABLE = "CHASKI_NSQD";

    private final Pattern listening;
    private final String tcpName;

    BrokerKind(Pattern listening, String tcpName) {
        this.listening = listening;
        this.tcpName = tcpName;
    }

    /** What the tests are run against: ours, unless {@code -Dchaski.broker=nsqd} asks what nsqd would do. */
    static BrokerKind underTest() {
        return System.getProperty("chaski.broker", "chaski").equalsIgnoreCase("nsqd") ? NSQD : CHASKI;
    }

    /** The nsqd binary that the environment names. */
    static Optional<Path> nsqdBinary() {
        return Optional.ofNullable(System.getenv(NSQD_VARIABLE)).map(Path::of).filter(Files::isExecutable);
    }

    private static Path root() {
        return Path.of(System.getProperty("chaski.root", "..")).toAbsolutePath().normalize();
    }

    private static Path script() {
        return root().resolve("chaski");
    }

    /** Whether the script has something to start that is newer than all it is made of: then it builds nothing. */
    static boolean isBuilt() throws IOException {
        long jar = Math.max(
                modified(root().resolve("cli/target/chaski.jar")),
                modified(root().resolve("cli/target/quick/chaski.jar")));
        try (var files = Files.walk(root())) {
            return Files.isExecutable(script())
                    && files.filter(BrokerKind::isBuiltFrom).allMatch(file -> modified(file) <= jar);
        }
    }

    private static boolean isBuiltFrom(Path file) {
        return file.endsWith("pom.xml") || file.toString().contains("src/main");
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }

    Pattern listening() {
        return listening;
    }

    String tcpName() {
        return tcpName;
    }

    /** Flags that make segments so small that they are sealed, freed and recycled within a test. */
    String[] smallSegments() {
        return switch (this) {
            case CHASKI, SCRIPT -> new String[] {"--segment-size-min=64kb", "--segment-size-max=1mb"};
            case NSQD -> new String[] {"--max-bytes-per-file=1048576"};
        };
    }

    /** Flags that leave the ports of nsqlookupd to others, unless what comes later says otherwise. */
    List<String> withoutLookup() {
        return switch (this) {
            case CHASKI, SCRIPT -> List.of("--lookup-tcp-address=", "--lookup-http-address=");
            case NSQD -> List.of();
        };
    }

    /** The command without flags. */
    List<String> command() {
        return switch (this) {
            case CHASKI -> javaCommand();
            case SCRIPT -> List.of(script().toString(), "serve");
            case NSQD ->
                List.of(nsqdBinary()
                        .orElseThrow(() -> new IllegalStateException(NSQD_VARIABLE + " names no nsqd"))
                        .toString());
        };
    }

    /** The built classes, without the tests' own (their logging set-up must not reach the broker). */
    private static List<String> javaCommand() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = Pattern.compile(Pattern.quote(java.io.File.pathSeparator))
                .splitAsStream(classPath)
                .filter(entry -> !entry.endsWith("test-classes"))
                .toList();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("chaski.jvm.flags", "").trim().split("\\s+")));
        command.addAll(List.of("-Xms64m", "-Xmx256m", "-XX:MaxDirectMemorySize=512m"));
        command.removeIf(String::isEmpty);
        command.addAll(
                List.of("-cp", String.join(java.io.File.pathSeparator, entries), "dev.chaski.cli.Main", "serve"));
        return command;
    }
}

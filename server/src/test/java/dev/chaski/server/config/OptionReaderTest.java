package dev.chaski.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.engine.BrokerConfig.Ack;
import dev.chaski.server.config.Options.Source;
import dev.chaski.server.tls.TlsRequired;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OptionReaderTest {
    @TempDir
    Path folder;

    private static Options flags(String... arguments) throws OptionException {
        return new OptionReader("vm").read(List.of(arguments), Map.of());
    }

    @Test
    void withoutAnySettingTheDefaultsAreThoseOfNsqd() throws OptionException {
        Options options = flags();

        assertThat(options.get(OptionTable.TCP_ADDRESS)).isEqualTo(new HostPort("0.0.0.0", 4150));
        assertThat(options.get(OptionTable.MSG_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.get(OptionTable.MAX_BODY_SIZE)).isEqualTo(5_242_880L);
        assertThat(options.get(OptionTable.ACK)).isEqualTo(Ack.WRITTEN);
        assertThat(options.get(OptionTable.BROADCAST_ADDRESS)).isEqualTo("vm");
        assertThat(options.warnings()).isEmpty();
    }

    @Test
    void theNodeNumberOfAHostIsTheOneThatNsqdMakesFromItsName() throws OptionException {
        // Read from the usage text of an nsqd 1.3.0 on a host named vm.
        assertThat(flags().get(OptionTable.NODE_ID)).isEqualTo(617);
        assertThat(flags("--node-id=3").get(OptionTable.NODE_ID)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--msg-timeout=1m30s", "-msg-timeout=90s", "--msg-timeout 1.5m", "-msg-timeout 90000ms"})
    void aFlagIsWrittenAsGoProgramsTakeIt(String line) throws OptionException {
        assertThat(flags(line.split(" ")).get(OptionTable.MSG_TIMEOUT)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aSwitchAloneMeansTrueAndNeverTakesTheNextArgument() throws OptionException {
        assertThat(flags("--statsd-exclude-ephemeral", "--snappy=false").get(OptionTable.STATSD_EXCLUDE_EPHEMERAL))
                .isTrue();
        assertThat(flags("-snappy=f").get(OptionTable.SNAPPY)).isFalse();
        assertThatThrownBy(() -> flags("--snappy", "false"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("\"false\" is not a flag");
    }

    @Test
    void tlsRequiredIsASwitchThatAlsoTakesAWord() throws OptionException {
        assertThat(flags("--tls-required", "--tls-cert=c", "--tls-key=k").get(OptionTable.TLS_REQUIRED))
                .isEqualTo(TlsRequired.EVERYWHERE);
        assertThat(flags("--tls-required=tcp-https", "--tls-cert=c", "--tls-key=k")
                        .get(OptionTable.TLS_REQUIRED))
                .isEqualTo(TlsRequired.TCP_ONLY);
        assertThatThrownBy(() -> flags("--tls-required")).hasMessageContaining("needs --tls-cert and --tls-key");
    }

    @Test
    void aListIsARepeatedFlagOrValuesWithCommas() throws OptionException {
        List<HostPort> expected = List.of(new HostPort("a", 1), new HostPort("::1", 2));
        assertThat(flags("--lookupd-tcp-address=a:1", "--lookupd-tcp-address", "[::1]:2")
                        .get(OptionTable.LOOKUPD_TCP_ADDRESS))
                .isEqualTo(expected);
        assertThat(flags("--lookupd-tcp-address=a:1,[::1]:2").get(OptionTable.LOOKUPD_TCP_ADDRESS))
                .isEqualTo(expected);
    }

    @Test
    void theRegistriesAreUrisWhoseHostsMayHaveCommasBetween() throws OptionException, IOException {
        List<URI> expected =
                List.of(URI.create("etcd://a:2379,b:2379?ttl=9"), URI.create("mdns:/"), URI.create("memory:here"));
        assertThat(flags("--registry=etcd://a:2379,b:2379?ttl=9", "--registry=mdns:/", "--registry=memory:here")
                        .get(OptionTable.REGISTRY))
                .isEqualTo(expected);
        assertThat(flags("--registry=etcd://a:2379,b:2379?ttl=9, mdns:/,memory:here")
                        .get(OptionTable.REGISTRY))
                .isEqualTo(expected);
        Path file = Files.writeString(
                folder.resolve("r.toml"), "registry = [\"etcd://a:2379,b:2379?ttl=9\", \"mdns:/\", \"memory:here\"]");
        Options options = new OptionReader("vm").read(List.of("--config", file.toString()), Map.of());
        assertThat(options.get(OptionTable.REGISTRY)).isEqualTo(expected);
        assertThat(options.json(OptionTable.REGISTRY))
                .isEqualTo(List.of("etcd://a:2379,b:2379?ttl=9", "mdns:/", "memory:here"));
        assertThatThrownBy(() -> flags("--registry=127.0.0.1"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("\"127.0.0.1\" is no URI; give one such as mdns:/");
        assertThatThrownBy(() -> flags("--registry=mdns:"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("is no URI");
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws OptionException, IOException {
        Path file = Files.writeString(folder.resolve("c.toml"), """
                max_rdy_count = 1
                max_msg_timeout = "3m"
                msg_timeout = "2m"
                nsqlookupd_tcp_addresses = ["l1:4160", "l2:4160"]
                tls_required = false
                id = 9
                """);
        Options options = new OptionReader("vm")
                .read(
                        List.of("--config", file.toString(), "--max-rdy-count=3"),
                        Map.of("CHASKI_MAX_RDY_COUNT", "2", "CHASKI_MSG_TIMEOUT", "5s", "PATH", "/bin"));

        assertThat(options.get(OptionTable.MAX_RDY_COUNT)).isEqualTo(3);
        assertThat(options.source(OptionTable.MAX_RDY_COUNT)).isEqualTo(Source.FLAG);
        assertThat(options.get(OptionTable.MSG_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.source(OptionTable.MSG_TIMEOUT)).isEqualTo(Source.ENVIRONMENT);
        assertThat(options.get(OptionTable.MAX_MSG_TIMEOUT)).isEqualTo(Duration.ofMinutes(3));
        assertThat(options.source(OptionTable.MAX_MSG_TIMEOUT)).isEqualTo(Source.FILE);
        assertThat(options.get(OptionTable.LOOKUPD_TCP_ADDRESS)).hasSize(2);
        assertThat(options.get(OptionTable.NODE_ID)).isEqualTo(9);
        assertThat(options.source(OptionTable.SNAPPY)).isEqualTo(Source.DEFAULT);
    }

    @Test
    void theFileMayBeNamedByTheEnvironment() throws OptionException, IOException {
        Path file = Files.writeString(folder.resolve("c.toml"), "max_rdy_count = 7\n");
        Options options = new OptionReader("vm").read(List.of(), Map.of("CHASKI_CONFIG", file.toString()));
        assertThat(options.get(OptionTable.MAX_RDY_COUNT)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --msg-timeot=1s          | there is no flag --msg-timeot; did you mean --msg-timeout? See --help
            --utterly-unlike-any=1   | there is no flag --utterly-unlike-any. See --help
            --msg-timeout=soon       | --msg-timeout=soon: not a duration; write it as 250ms, 30s, 1m30s, 2h or 7d
            --msg-timeout            | --msg-timeout needs a value: --msg-timeout=<duration>
            --node-id=1024           | --node-id=1024: out of range; allowed is 0 to 1023
            --node-id=x              | --node-id=x: not a whole number; allowed is 0 to 1023
            --ack=quorum             | --ack=quorum: allowed is written, synced
            --snappy=maybe           | --snappy=maybe: allowed is true or false
            --max-msg-size=1TB       | --max-msg-size=1TB: not a size; write it in bytes, or as 64KiB, 1MiB, 2GiB
            --tcp-address=4150       | --tcp-address=4150: no port; give host:port, such as 127.0.0.1:4150
            --tcp-address=:70000     | --tcp-address=:70000: "70000" is no port; ports are 0 (any free one) to 65535
            --tcp-address=::1:5      | --tcp-address=::1:5: an IPv6 address needs brackets, such as [::1]:4150
            --e2e-processing-latency-percentile=2 \
            | --e2e-processing-latency-percentile=2: not a percentile; allowed is above 0 to 1, such as 0.99
            --tls-cert=a             | --tls-cert and --tls-key belong together; --tls-key is missing
            --config=/nowhere.toml   | --config /nowhere.toml: there is no such file
            serve                    | "serve" is not a flag; flags begin with a dash, such as --data-path=./data. See --help
            """)
    void whatIsWrongIsNamedWithWhatIsAllowed(String argument, String message) {
        assertThatThrownBy(() -> flags(argument))
                .isInstanceOf(OptionException.class)
                .hasMessage(message);
    }

    @Test
    void aKeyThatTheFileShouldNotHaveIsNamedWithTheNearest() throws IOException {
        Path file = Files.writeString(folder.resolve("c.toml"), "mem_queue_sice = 1\n");
        assertThatThrownBy(() -> flags("--config=" + file))
                .hasMessageContaining("there is no key mem_queue_sice; did you mean mem_queue_size?");
    }

    @Test
    void aBrokenFileIsNamedWithItsLine() throws IOException {
        Path file = Files.writeString(folder.resolve("c.toml"), "max_rdy_count = 1\nmsg_timeout = = 3\n");
        assertThatThrownBy(() -> flags("--config=" + file)).hasMessageContaining("c.toml line 2");
        Path table = Files.writeString(folder.resolve("t.toml"), "[limits]\nmax_rdy_count = 1\n");
        assertThatThrownBy(() -> flags("--config=" + table)).hasMessageContaining("[limits] is a table");
    }

    @Test
    void aVariableThatIsNearlyOneOfOursIsTold() throws OptionException {
        OptionReader reader = new OptionReader("vm");
        reader.read(List.of(), Map.of("CHASKI_MSG_TIMEOT", "1s", "CHASKI_SERVICE_HOST", "10.0.0.1"));
        assertThat(reader.notes())
                .containsExactly("environment variable CHASKI_MSG_TIMEOT is not known; is CHASKI_MSG_TIMEOUT meant?");
    }

    @Test
    void whatTheLauncherReadsIsNoMistake() throws OptionException {
        OptionReader reader = new OptionReader("vm");
        reader.read(
                List.of(),
                Map.of(
                        "CHASKI_AOT",
                        "off",
                        "CHASKI_BUILD",
                        "off",
                        "CHASKI_JAVA_HOME",
                        "/jdk",
                        "CHASKI_JAVA_OPTS",
                        "-Xmx1g"));
        assertThat(reader.notes()).isEmpty();
    }

    @Test
    void whatHasNoEffectIsAcceptedAndSaysSo() throws OptionException {
        assertThat(flags("--sync-every=1", "--mem-queue-size=0", "--msg-timeout=2s")
                        .warnings())
                .containsExactly(
                        "--mem-queue-size bounds what waits in #ephemeral channels only: all else is on disk at once,"
                                + " and nothing waits in memory",
                        "--sync-every has no effect: every publish is written at once; see --ack");
    }

    @Test
    void everyOptionReadsItsOwnDefault() throws OptionException {
        for (Option<?> option : OptionTable.all()) {
            String text = option.defaultText();
            if (!text.isEmpty()) {
                Options options = new OptionReader("vm").read(List.of("--" + option.name() + "=" + text), Map.of());
                assertThat(options.text(option)).as(option.toString()).isEqualTo(text);
                assertThat(options.source(option)).isEqualTo(Source.FLAG);
            }
        }
    }

    @Test
    void namesKeysAndVariablesAreEachUsedOnce() {
        Pattern name = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
        assertThat(OptionTable.all())
                .allMatch(option -> name.matcher(option.name()).matches());
        assertThat(OptionTable.all()).extracting(Option::key).doesNotHaveDuplicates();
        assertThat(OptionTable.all()).extracting(Option::variable).doesNotHaveDuplicates();
    }

    @Test
    void aValueIsToldInJsonAsNsqdTellsIt() throws OptionException {
        Options options = flags("--lookupd-tcp-address=l:1", "--msg-timeout=2s", "--log-level=WARN");
        assertThat(options.json(OptionTable.MSG_TIMEOUT)).isEqualTo(2_000_000_000L);
        assertThat(options.json(OptionTable.LOOKUPD_TCP_ADDRESS)).isEqualTo(List.of("l:1"));
        assertThat(options.json(OptionTable.LOG_LEVEL)).isEqualTo("warn");
        assertThat(options.json(OptionTable.SNAPPY)).isEqualTo(true);
    }

    @Test
    void theHelpNamesEveryOptionAndFitsATerminal() {
        List<String> lines = OptionHelp.lines();
        assertThat(lines).allMatch(line -> line.length() <= 100);
        String help = String.join("\n", lines);
        assertThat(OptionTable.all()).allMatch(option -> help.contains("  --" + option.name()));
    }
}

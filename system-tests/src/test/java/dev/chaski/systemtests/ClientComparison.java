package dev.chaski.systemtests;

import dev.chaski.client.Producer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our client beside nsq-j and nsqjs on the same broker. Run it pinned to the broker's core; the clients are pinned to the
 * other one. Each measurement is a process of its own, the clients take turns, and the table has the median, the least and
 * the most of all rounds. It has no name of a test, since it runs alone, where somebody asks for it: docs/bench.md.
 */
class ClientComparison {
    private static final int BODY_BYTES = 200;
    private static final int PRELOAD_BATCH = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<String> MODES_OF_NSQJS = Set.of("publish", "batch", "stream", "consume");

    /** One line of a measured process. */
    private record Figures(double perSecond, double cpuMicros, double p50Micros, double p99Micros) {
        static Figures parse(String line) {
            double[] parts = Arrays.stream(line.trim().split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return new Figures(parts[0], parts[1], parts[2], parts[3]);
        }
    }

    private final int rounds = Integer.getInteger("chaski.compare.rounds", 3);
    private final int preload = Integer.getInteger("chaski.compare.preload", 24_000_000);
    private final String core = System.getProperty("chaski.compare.core", "1");
    private final List<String> clients = list("chaski.compare.clients", "chaski,nsqj,nsqjs");
    private final List<String> modes = list("chaski.compare.modes", "publish,publish-16,batch,stream,consume,latency");

    @TempDir
    private Path work;

    private static List<String> list(String property, String usual) {
        return List.of(System.getProperty(property, usual).split(","));
    }

    @Test
    void besideEachOther() throws Exception {
        Path js = NsqjsFolder.install(work.resolve("js"));
        for (String mode : modes) {
            try (BrokerProcess broker = BrokerProcess.start(work.resolve(mode))) {
                prepare(mode, broker);
                print(mode, measure(mode, broker, js));
            }
        }
    }

    private void prepare(String mode, BrokerProcess broker) throws Exception {
        broker.http().must("/topic/create?topic=compare");
        if (mode.equals("consume")) {
            for (String client : clients) {
                for (int round = 0; round < rounds; round++) {
                    broker.http().must("/channel/create?topic=compare&channel=" + client + round);
                }
            }
            preload(broker);
        }
    }

    private void preload(BrokerProcess broker) {
        List<byte[]> batch = Collections.nCopies(PRELOAD_BATCH, new byte[BODY_BYTES]);
        try (Producer producer = Producer.builder()
                .hosts("127.0.0.1:" + broker.tcp().getPort())
                .inFlightMax(8)
                .build()) {
            for (int sent = 0; sent < preload; sent += PRELOAD_BATCH) {
                producer.publishAllAsync("compare", batch);
            }
        }
    }

    private Map<String, List<Figures>> measure(String mode, BrokerProcess broker, Path js) throws Exception {
        int port = broker.tcp().getPort();
        Map<String, List<Figures>> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String client : clients) {
                boolean isJs = client.equals("nsqjs");
                if (isJs && !MODES_OF_NSQJS.contains(mode)) {
                    continue;
                }
                List<String> command = new ArrayList<>(List.of("taskset", "-c", core));
                command.addAll(isJs ? node(mode, port, client + round) : java(client, mode, port, client + round));
                String line = Commands.run(js, LIMIT, command);
                results.computeIfAbsent(client, name -> new ArrayList<>()).add(Figures.parse(line));
            }
        }
        return results;
    }

    private static List<String> node(String mode, int port, String channel) {
        return List.of("node", "compare.js", "--mode=" + mode, "--port=" + port, "--channel=" + channel);
    }

    private static List<String> java(String client, String mode, int port, String channel) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ComparedClient.class.getName(),
                client,
                mode,
                "127.0.0.1:" + port,
                channel);
    }

    private static void print(String mode, Map<String, List<Figures>> results) {
        results.forEach((client, figures) -> System.out.printf(
                Locale.ROOT,
                "%-10s %-7s %s msg/s   CPU %s us   p50 %s us   p99 %s us%n",
                mode,
                client,
                spread(figures.stream().map(Figures::perSecond).toList(), "%,.0f"),
                spread(figures.stream().map(Figures::cpuMicros).toList(), "%.2f"),
                spread(figures.stream().map(Figures::p50Micros).toList(), "%.0f"),
                spread(figures.stream().map(Figures::p99Micros).toList(), "%.0f")));
    }

    private static String spread(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                format + " (" + format + "-" + format + ")",
                sorted.get(sorted.size() / 2),
                sorted.getFirst(),
                sorted.getLast());
    }
}

package dev.chaski.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.bench.lookup.LookupQuery;
import dev.chaski.bench.lookup.RegisteringNode;
import dev.chaski.bench.measure.ProcessProbe;
import dev.chaski.bench.measure.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chaski bench lookup}. */
@Command(name = "lookup", description = "Registers nodes with topics at a lookup, and asks it for them.")
final class LookupCommand implements Callable<Integer> {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final double NS_PER_US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double BYTES_PER_MIB = 1 << 20;

    @Mixin
    HelpOptions help = new HelpOptions();

    @Mixin
    LookupOptions options = new LookupOptions();

    @Override
    public Integer call() {
        return BenchRun.tell(this::measure, options.json);
    }

    private Report measure() {
        options.check();
        List<String> topics = Topics.names(null, options.topics);
        String whose = options.everywhere ? "at each" : "among them";
        Report report = new Report(
                "lookup", String.format(Locale.ROOT, "%,d nodes, %,d topics %s", options.nodes, options.topics, whose));
        LookupQuery query = new LookupQuery(options.host, options.httpPort);
        @Nullable ProcessProbe probe = options.probe();
        memory(report, probe, "before", "memory before");
        List<RegisteringNode> nodes = connect();
        try {
            register(report, nodes, topics);
            memory(report, probe, "registered", "memory when all are registered");
            check(report, query, topics);
            ask(
                    report,
                    probe,
                    query,
                    "lookup",
                    topics.stream().map(t -> "/lookup?topic=" + t).toList());
            ask(report, probe, query, "topics", List.of("/topics"));
            ask(report, probe, query, "nodes", List.of("/nodes"));
            memory(report, probe, "asked", "memory when all was asked");
        } finally {
            nodes.forEach(RegisteringNode::close);
        }
        topics.forEach(topic -> query.post("/topic/delete?topic=" + topic));
        return report;
    }

    private List<RegisteringNode> connect() {
        List<RegisteringNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < options.nodes; i++) {
                nodes.add(RegisteringNode.connect(options.host, options.port, i));
            }
            return nodes;
        } catch (BenchException e) {
            nodes.forEach(RegisteringNode::close);
            throw e;
        }
    }

    /** All nodes at the same time, as after a restart of the lookup. */
    private void register(Report report, List<RegisteringNode> nodes, List<String> topics) {
        long startNs = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> registrations = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                RegisteringNode node = nodes.get(i);
                List<String> own = share(topics, i);
                registrations.add(threads.submit(() -> node.register(own)));
            }
            for (Future<?> registration : registrations) {
                registration.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BenchException failure ? failure : new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new BenchException(Kind.FAILED, "interrupted");
        }
        double seconds = (System.nanoTime() - startNs) / NS_PER_S;
        long count = (long) topics.size() * (options.everywhere ? nodes.size() : 1);
        report.number("registrations", "registered", (double) count, "topics, each with a channel");
        report.number("register_s", "all of them in", seconds, "s");
        report.number("registered_per_s", "at a rate of", count / seconds, "a second");
    }

    private List<String> share(List<String> topics, int node) {
        if (options.everywhere) {
            return topics;
        }
        int from = (int) ((long) topics.size() * node / options.nodes);
        int to = (int) ((long) topics.size() * (node + 1) / options.nodes);
        return topics.subList(from, to);
    }

    /** A lookup that answers quickly, but not all of it, has not been measured. */
    private void check(Report report, LookupQuery query, List<String> topics) {
        JsonNode known = query.json("/topics").path("topics");
        if (known.size() < topics.size()) {
            report.fail("/topics names " + known.size() + " topics.");
        }
        JsonNode producers = query.json("/nodes").path("producers");
        if (producers.size() < options.nodes) {
            report.fail("/nodes names " + producers.size() + " nodes.");
        }
        int expected = options.everywhere ? options.nodes : 1;
        int found = query.json("/lookup?topic=" + topics.getLast())
                .path("producers")
                .size();
        if (found != expected) {
            report.fail("/lookup names " + found + " nodes of a topic that " + expected + " registered.");
        }
    }

    private void ask(Report report, @Nullable ProcessProbe probe, LookupQuery query, String name, List<String> paths) {
        query.ask(paths, options.warmUp);
        long cpuBeforeNs = probe == null ? 0 : probe.cpuNs();
        LookupQuery.Answers answers = query.ask(paths, options.duration);
        report.latency(name, "/" + name, answers.timesNs());
        report.number(name + "_bytes", "its answer", (double) answers.bytes(), "bytes");
        if (probe != null) {
            double cpuUs = (probe.cpuNs() - cpuBeforeNs)
                    / NS_PER_US
                    / answers.timesNs().getTotalCount();
            report.number(name + "_server_cpu_us", "its server CPU", cpuUs, "µs each");
        }
    }

    private static void memory(Report report, @Nullable ProcessProbe probe, String when, String label) {
        if (probe != null) {
            double mib = probe.anonymousBytes() / BYTES_PER_MIB;
            report.number("server_" + when + "_mib", label, mib, "MiB anonymous");
        }
    }
}

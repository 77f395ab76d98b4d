package dev.chaski.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.nodes.Nodes;
import dev.chaski.cli.terminal.Key;
import dev.chaski.cli.terminal.Screen;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski stat}: a live table. Runs on the main thread; on a screen another one asks the nodes. */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Watch topics and channels: rates, depth, in flight, clients, over all brokers that are named or that lookups"
                    + " know.",
            "",
            "On a terminal it is a table that fills the screen and is drawn again each --interval. Keys: q ends it; the"
                    + " arrows left and right choose the column to sort by, r turns the order round; up, down, page up and"
                    + " page down, home and end move. Into a pipe or a file, and with --json, it writes an object on each"
                    + " line, one for each channel and interval. A broker that goes away is told, and asked again.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended by q, a signal, --count or its reader",
            "2:wrong options",
            "3:nobody answered at the start"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski stat",
            "  chaski stat orders --sort=depth",
            "  chaski stat --json --count=1",
            "  chaski stat --lookupd-http-address=10.0.0.1:4161 --interval=5s"
        })
final class StatCommand implements Callable<Integer> {
    private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
    /** How soon a resized window is noticed. */
    private static final long LOOK_MS = 100;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TOPIC", description = "this topic only")
    String topic = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "CHANNEL", description = "this channel only")
    String channel = "";

    @Option(
            names = "--interval",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "time between two looks (default: 1s)")
    Duration interval = Duration.ofSeconds(1);

    @Option(names = "--count", paramLabel = "<n>", description = "end after that many intervals")
    long count = Long.MAX_VALUE;

    @Option(
            names = "--sort",
            paramLabel = "<column>",
            description = "topic, channel, depth, in/s, out/s, in-flight, clients, deferred and so on (default: topic)")
    String sort = "topic";

    @Option(names = "--reverse", description = "the other way round")
    boolean isReversed;

    @Option(names = "--json", description = "print objects, on a terminal too")
    boolean isJson;

    @Mixin
    NodeOptions options = new NodeOptions();

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Consumer<Runnable> signals;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    StatCommand(InputStream in, PrintStream out, PrintStream err, Consumer<Runnable> signals) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.ERROR);
        int column = StatView.column(sort);
        if (column < 0 || interval.compareTo(INTERVAL_MIN) < 0 || count < 1) {
            err.println("chaski stat: "
                    + (column < 0
                            ? "--sort is one of " + String.join(", ", StatView.columns())
                            : "--interval is 100ms or more, --count 1 or more"));
            return ExitCode.USAGE;
        }
        try (Nodes nodes = options.open()) {
            StatSampler sampler = new StatSampler(nodes, new Nodes.Query(topic, channel, false));
            StatSample first = sampler.sample();
            if (first.nodes().isEmpty() && !first.failures().isEmpty()) {
                NodeOptions.tell("stat", err, first.failures(), false);
                return ExitCode.UNREACHABLE;
            }
            signals.accept(ended::countDown);
            if (isJson || !Terminal.isOne()) {
                print(sampler, first);
            } else {
                show(sampler, first, column);
            }
        }
        return ExitCode.OK;
    }

    /** Rates need two looks: the first line comes after the first interval. */
    private void print(StatSampler sampler, StatSample first) throws InterruptedException {
        StatSample before = first;
        Set<String> told = new HashSet<>();
        Listing<StatRow> listing = StatRow.listing();
        for (long i = 0; i < count && !pause(before); i++) {
            StatSample now = sampler.sample();
            tellFailures(now.failures(), told);
            for (StatRow row : StatRates.rows(before, now)) {
                ObjectNode object = listing.object(row);
                out.println(object.put("time_ms", now.timeMs()));
            }
            out.flush();
            if (out.checkError()) {
                return; // a closed pipe: head has seen enough
            }
            before = now;
        }
    }

    /** Each is told once, until all is well again. */
    private void tellFailures(List<Failure> failures, Set<String> told) {
        for (Failure failure : failures) {
            if (told.add(failure.what())) {
                err.println("chaski stat: " + failure.what());
            }
        }
        if (failures.isEmpty() && !told.isEmpty()) {
            err.println("chaski stat: all answer again");
            told.clear();
        }
    }

    /** Waits for the next look; true where it is over. */
    private boolean pause(StatSample since) throws InterruptedException {
        return ended.await(since.atNs() + interval.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void show(StatSampler sampler, StatSample first, int column) throws InterruptedException {
        AtomicReference<StatSample> latest = new AtomicReference<>(first);
        Thread asking = Thread.ofVirtual().name("chaski-stat").start(() -> ask(sampler, latest));
        try (Screen screen = new Screen(in, out)) {
            watch(screen, latest, column);
        } finally {
            asking.interrupt();
            asking.join();
        }
    }

    private void ask(StatSampler sampler, AtomicReference<StatSample> latest) {
        try {
            while (!pause(latest.get())) {
                latest.set(sampler.sample());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the screen was closed
        }
    }

    /** Draws where there is something new: figures, a key, or a window of another size. */
    private void watch(Screen screen, AtomicReference<StatSample> latest, int column) throws InterruptedException {
        StatView view = new StatView(
                Terminal.isColoured(), screen.hasKeys(), column, isReversed != StatView.fallsByNature(column));
        StatSample shown = latest.get();
        List<StatRow> rows = StatRates.rows(null, shown);
        Screen.@Nullable Size drawn = null;
        long left = count;
        while (ended.getCount() > 0) {
            StatSample now = latest.get();
            boolean isNew = now.atNs() != shown.atNs();
            if (isNew) {
                rows = StatRates.rows(shown, now);
                shown = now;
                left--;
            }
            Screen.Size size = screen.size();
            if (isNew || !size.equals(drawn)) {
                screen.draw(view.frame(shown, rows, size));
                drawn = size;
            }
            if (left == 0) {
                return;
            }
            Key key = screen.key(LOOK_MS);
            if (key != null) {
                if (view.press(key)) {
                    return;
                }
                drawn = null;
            }
        }
    }
}

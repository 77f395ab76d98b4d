package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.cli.nodes.ChannelStats;
import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.cli.nodes.Node;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.TopicStats;
import dev.chaski.cli.terminal.Key;
import dev.chaski.cli.terminal.Screen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates between two looks, and what is drawn of them. */
class StatRatesTest {
    private static final HttpAddress A = HttpAddress.of("a", 1);
    private static final HttpAddress B = HttpAddress.of("b", 1);

    /** A node with one topic and one channel that nothing is in flight of. */
    private static NodeStats node(HttpAddress at, long startS, long messages, long depth, long requeued) {
        ChannelStats channel = new ChannelStats("billing", 1, 0, depth, 0, 0, messages, requeued, 0, 1, List.of());
        return new NodeStats(
                new Node(at, 1, "", "", 0, Set.of()),
                "",
                "OK",
                startS,
                List.of(new TopicStats("orders", 1, 0, 0, messages, 0, new TreeMap<>(Map.of("billing", channel)))),
                List.of());
    }

    private static StatSample sample(long seconds, NodeStats... nodes) {
        Map<HttpAddress, NodeStats> byAddress = new LinkedHashMap<>();
        for (NodeStats each : nodes) {
            byAddress.put(each.node().address(), each);
        }
        return new StatSample(seconds * 1000, TimeUnit.SECONDS.toNanos(seconds), byAddress, List.of(), List.of());
    }

    private static StatRow only(StatSample before, StatSample now) {
        List<StatRow> rows = StatRates.rows(before, now);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    @Test
    void whatCameAndWentIsTheDifferenceOfTheCountersOverAllNodes() {
        StatSample before = sample(10, node(A, 1, 100, 50, 0), node(B, 1, 1000, 0, 5));
        StatSample now = sample(12, node(A, 1, 160, 20, 4), node(B, 1, 1100, 100, 5));
        StatRow row = only(before, now);
        assertThat(row.inRate()).isEqualTo((60 + 100) / 2.0);
        assertThat(row.outRate()).isEqualTo((60 + 30 + 0) / 2.0);
        assertThat(row.requeueRate()).isEqualTo(2.0);
        assertThat(row.depth()).isEqualTo(120);
    }

    @Test
    void aNodeThatWasStartedAgainSpoilsNoRate() {
        StatSample before = sample(10, node(A, 1, 100, 0, 0), node(B, 1, 1_000_000, 0, 0));
        StatSample now = sample(11, node(A, 1, 110, 0, 0), node(B, 11, 7, 0, 0));
        assertThat(only(before, now).inRate()).isEqualTo(10);
    }

    @Test
    void whatIsSeenForTheFirstTimeHasNoRate() {
        assertThat(only(null, sample(1, node(A, 1, 5, 0, 0))).inRate()).isNull();
        assertThat(only(sample(0), sample(1, node(A, 1, 5, 0, 0))).inRate()).isNull();
    }

    @Test
    void aTopicThatWasMadeAnewIsNotNegative() {
        assertThat(only(sample(0, node(A, 1, 500, 9, 3)), sample(1, node(A, 1, 2, 2, 0))))
                .satisfies(row -> assertThat(row.inRate()).isZero())
                .satisfies(row -> assertThat(row.outRate()).isZero());
    }

    private static List<StatRow> rows(int count) {
        List<StatRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new StatRow("topic" + i, "channel", 1, 0, 1.0 * i, null, i % 7, 0, 0, 0.0, 0.0, 0, 0, i));
        }
        return rows;
    }

    @Test
    void aFrameIsNeverLargerThanTheScreen() {
        StatSample sample =
                new StatSample(0, 0, Map.of(), List.of(new Failure(A, "a: nobody listens there", true)), List.of());
        StatView view = new StatView(false, true, 0, false);
        for (int rows = 1; rows < 40; rows++) {
            for (int columns = 1; columns < 150; columns += 7) {
                List<String> frame = view.frame(sample, rows(30), new Screen.Size(rows, columns));
                int width = columns;
                assertThat(frame).hasSizeLessThanOrEqualTo(rows);
                assertThat(frame).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
            }
        }
    }

    @Test
    void keysSortTurnAndScroll() {
        StatView view = new StatView(false, true, 0, false);
        StatSample sample = sample(1, node(A, 1, 5, 0, 0));
        Screen.Size size = new Screen.Size(9, 120);
        assertThat(view.frame(sample, rows(20), size).get(4)).startsWith("topic0 ");
        view.press(Key.DOWN);
        assertThat(view.frame(sample, rows(20), size).get(4)).startsWith("topic1 ");
        view.press(Key.END);
        assertThat(view.frame(sample, rows(20), size).getLast()).startsWith("topic9 ");
        view.press(Key.HOME);
        view.press(Key.RIGHT);
        view.press(Key.RIGHT);
        assertThat(view.frame(sample, rows(20), size).get(4)).startsWith("topic13 ");
        assertThat(view.frame(sample, rows(20), size).get(3)).contains("▼depth");
        view.press(Key.REVERSE);
        assertThat(view.frame(sample, rows(20), size).get(4)).startsWith("topic0 ");
        assertThat(view.press(Key.QUIT)).isTrue();
    }

    @Test
    void everyColumnCanBeSortedBy() {
        for (String title : StatView.columns()) {
            int column = StatView.column(title);
            assertThat(column).as(title).isNotNegative();
            assertThat(new StatView(false, true, column, true).sorted(rows(20)))
                    .as(title)
                    .hasSize(20);
        }
        assertThat(StatView.column("no-such")).isNegative();
    }
}

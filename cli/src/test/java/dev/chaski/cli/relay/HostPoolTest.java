package dev.chaski.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who gets the next message. */
class HostPoolTest {
    private long nowNs = 1;

    private HostPool pool(Mode mode) {
        return new HostPool(3, mode, () -> nowNs, new Random(1));
    }

    private static List<Integer> order(HostPool pool) {
        return pool.order(host -> true);
    }

    @Test
    void eachHasItsTurnAndTheOthersAreTriedAfterIt() {
        HostPool pool = pool(Mode.HOSTPOOL);
        assertThat(order(pool)).containsExactly(0, 1, 2);
        assertThat(order(pool)).containsExactly(1, 2, 0);
        assertThat(order(pool)).containsExactly(2, 0, 1);
    }

    @Test
    void whoFailedComesLastForAWhileWhichGrows() {
        HostPool pool = pool(Mode.HOSTPOOL);
        pool.failed(0);
        assertThat(order(pool)).containsExactly(1, 2, 0);
        nowNs += Duration.ofSeconds(1).toNanos();
        pool.failed(0);
        nowNs += Duration.ofMillis(1_500).toNanos();
        assertThat(order(pool)).containsExactly(1, 2, 0);
        nowNs += Duration.ofSeconds(1).toNanos();
        assertThat(order(pool)).containsExactly(2, 0, 1);
        pool.failed(0);
        pool.succeeded(0, 1);
        assertThat(order(pool)).containsExactly(0, 1, 2);
    }

    @Test
    void whoIsNotReadyComesLast() {
        assertThat(pool(Mode.HOSTPOOL).order(host -> host == 2)).containsExactly(2, 0, 1);
    }

    @Test
    void roundRobinTriesOne() {
        HostPool pool = pool(Mode.ROUND_ROBIN);
        pool.failed(1);
        assertThat(order(pool)).containsExactly(0);
        assertThat(order(pool)).containsExactly(1);
    }

    @Test
    void theQuickestIsMostlyFirst() {
        HostPool pool = pool(Mode.EPSILON_GREEDY);
        pool.succeeded(0, 900);
        pool.succeeded(1, 100);
        pool.succeeded(2, 500);
        int first = 0;
        for (int i = 0; i < 1_000; i++) {
            first += order(pool).getFirst() == 1 ? 1 : 0;
        }
        assertThat(first).isBetween(850, 990);
    }

    @Test
    void modesAreReadAsNsqsToolsNameThem() {
        assertThat(Mode.of("epsilon-greedy")).isEqualTo(Mode.EPSILON_GREEDY);
        assertThatThrownBy(() -> Mode.of("any")).hasMessageContaining("--mode is hostpool");
    }
}

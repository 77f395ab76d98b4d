package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerRatesTest {
    private static final long S = TimeUnit.SECONDS.toNanos(1);

    private final PeerRates rates = new PeerRates();

    private Double published(long nowNs, long messages) {
        return rates.look("one:4151", nowNs).published("orders", messages);
    }

    @Test
    void theSecondLookTellsARateAndTheFirstDoesNot() {
        assertThat(published(0, 1_000)).isNull();
        assertThat(published(2 * S, 1_500)).isEqualTo(250);
        assertThat(published(4 * S, 1_500)).isZero();
    }

    @Test
    void looksThatAreTooCloseTellTheRateBeforeAndTakeNothingFromTheNext() {
        assertThat(published(0, 0)).isNull();
        assertThat(published(S / 2, 50)).isNull();
        assertThat(published(2 * S, 200)).isEqualTo(100);
        assertThat(published(2 * S + S / 2, 900)).isEqualTo(100);
        assertThat(published(4 * S, 1_200)).isEqualTo(500);
    }

    @Test
    void aCounterThatBeginsAnewIsNoNegativeRate() {
        published(0, 1_000);
        assertThat(published(2 * S, 10)).isZero();
        assertThat(published(4 * S, 30)).isEqualTo(10);
    }

    @Test
    void afterALongTimeTheNextLookIsAFirstOne() {
        published(0, 0);
        assertThat(published(2 * S, 200)).isEqualTo(100);
        long later = 2 * S + PeerRates.FORGOTTEN_NS;
        assertThat(published(later, 900)).isNull();
        assertThat(published(later + S, 910)).isEqualTo(10);
    }

    @Test
    void nodesTopicsAndChannelsAreKeptApart() {
        for (long i = 0; i <= 1; i++) {
            PeerRates.Look one = rates.look("one:4151", i * S);
            PeerRates.Look two = rates.look("two:4151", i * S);
            Double[] told = {
                one.published("a", 10 * i),
                one.published("b", 20 * i),
                one.finished("a", "x", 30 * i),
                one.finished("b", "x", 40 * i),
                two.published("a", 50 * i)
            };
            if (i == 0) {
                assertThat(told).containsOnlyNulls();
            } else {
                assertThat(told).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0);
            }
        }
    }

    @Test
    void soManyAreRememberedAndNoMoreUntilTheyAreForgotten() {
        PeerRates.Look first = rates.look("one:4151", 0);
        for (int i = 0; i < PeerRates.COUNTERS_MAX; i++) {
            first.published("topic-" + i, 0);
        }
        assertThat(first.published("one-too-many", 0)).isNull();
        assertThat(rates.look("one:4151", S).published("one-too-many", 5)).isNull();
        assertThat(rates.look("one:4151", S).published("topic-7", 5)).isEqualTo(5);
        long later = 2 * PeerRates.FORGOTTEN_NS;
        assertThat(rates.look("one:4151", later).published("one-too-many", 10)).isNull();
        assertThat(rates.look("one:4151", later + S).published("one-too-many", 12))
                .isEqualTo(2);
    }
}

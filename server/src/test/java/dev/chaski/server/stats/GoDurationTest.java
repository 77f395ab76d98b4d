package dev.chaski.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ns",
        "1500, 1.5µs",
        "742600609, 742.600609ms",
        "1000000000, 1s",
        "2732392965, 2.732392965s",
        "60000000000, 1m0s",
        "3600000000000, 1h0m0s",
        "360061500000000, 100h1m1.5s",
        "-1500000000, -1.5s",
    })
    void aSpanIsWrittenAsGoWritesIt(long ns, String text) {
        assertThat(GoDuration.text(Duration.ofNanos(ns))).isEqualTo(text);
    }
}

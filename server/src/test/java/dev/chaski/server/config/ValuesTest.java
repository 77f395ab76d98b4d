package dev.chaski.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ValuesTest {
    @ParameterizedTest
    @CsvSource({"1m30s,PT1M30S", "250ms,PT0.25S", "1.5h,PT1H30M", "7d,PT168H", "0,PT0S", "1500,PT1.5S", "-1s,PT-1S"})
    void aDurationIsReadAsGoWritesIt(String text, Duration expected) throws OptionException {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "s", "1x", "1s2", "s1", "1m 2s", "99999999999h"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(OptionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1m30s", "250ms", "1h30m", "100us", "7ns", "-1s", "2h5ms"})
    void aDurationIsShownAsItWouldBeGiven(String text) throws OptionException {
        assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1024,1024", "64k,65536", "64KiB,65536", "1MiB,1048576", "2G,2147483648", "1M,1048576"})
    void aSizeIsReadInBytesOrBinaryUnits(String text, long expected) throws OptionException {
        assertThat(Sizes.parse(text)).isEqualTo(expected);
        assertThat(Sizes.parse(Sizes.format(expected))).isEqualTo(expected);
    }

    @Test
    void theNearestNameNeedsTheFewestChanges() {
        List<String> names = List.of("tcp-address", "http-address", "https-address");
        assertThat(Nearest.of("htp-address", names)).isIn("tcp-address", "http-address");
        assertThat(Nearest.of("HTTPS-adress", names)).isEqualTo("https-address");
        assertThat(Nearest.of("snappy", names)).isNull();
    }
}

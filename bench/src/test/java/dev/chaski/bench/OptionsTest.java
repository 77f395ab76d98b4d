package dev.chaski.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bench.load.BenchException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.TypeConversionException;

@Timeout(20)
class OptionsTest {
    @Test
    void timesHaveAUnit() {
        DurationConverter converter = new DurationConverter();
        assertThat(converter.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(converter.convert("10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(converter.convert("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(converter.convert("1h")).isEqualTo(Duration.ofHours(1));
        for (String wrong : List.of("", "10", "s", "-1s", "1.5s", "1d")) {
            assertThatThrownBy(() -> converter.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void severalTopicsHaveNamesOfEqualLengthAndKeepTheirSuffix() {
        assertThat(Topics.names("t", 1)).containsExactly("t");
        assertThat(Topics.names("t#ephemeral", 2)).containsExactly("t_000000#ephemeral", "t_000001#ephemeral");
        assertThat(Topics.names(null, 1)).isNotEqualTo(Topics.names(null, 1));
        assertThatThrownBy(() -> Topics.names("x".repeat(60), 2)).isInstanceOf(BenchException.class);
    }
}

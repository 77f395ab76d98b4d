package dev.chaski.cli.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1:4151",
        "broker:80, broker:80",
        "[::1]:4151, [::1]:4151",
        "http://broker/nsq/, broker/nsq",
        "https://broker:4152, https://broker:4152"
    })
    void addressesAreShownAsTheyWereGiven(String given, String shown) {
        assertThat(HttpAddress.parse(given, HttpAddress.BROKER_PORT)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", ":4151", "tcp://broker:4150", "broker:99999", "http://broker/?x=1", "::1"})
    void whatIsNoAddressIsRefused(String given) {
        assertThatThrownBy(() -> HttpAddress.parse(given, HttpAddress.BROKER_PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write host:port");
    }

    @Test
    void namesAreEscapedInWhatIsAsked() {
        HttpAddress address = HttpAddress.parse("http://broker:80/nsq", HttpAddress.BROKER_PORT);
        assertThat(address.at("stats", "topic", "a&b#ephemeral", "channel", "", "format", "json"))
                .hasToString("http://broker:80/nsq/stats?topic=a%26b%23ephemeral&format=json");
    }
}

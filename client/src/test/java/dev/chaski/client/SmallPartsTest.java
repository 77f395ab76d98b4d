package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, back-off and what was agreed. */
class SmallPartsTest {
    @Test
    void addressesAreReadAndWritten() {
        assertThat(ServerAddress.parse("a.example:4150")).isEqualTo(new ServerAddress("a.example", 4150));
        assertThat(ServerAddress.parse("a.example").port()).isEqualTo(4150);
        assertThat(ServerAddress.parse("[::1]:7")).isEqualTo(new ServerAddress("::1", 7));
        assertThat(ServerAddress.parse("[::1]"))
                .isEqualTo(new ServerAddress("::1", 4150))
                .hasToString("[::1]:4150");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":4150", "a:", "a:b", "a:0", "a:65536", "::1", "[::1", "a:-1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBackOffDoublesUpToItsMostAndStartsAgainAfterASuccess() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new Random(7));
        for (long wholeMs : new long[] {100, 200, 400, 800, 1_600, 2_000, 2_000}) {
            assertThat(backoff.failedNs()).isBetween(wholeMs * 500_000, wholeMs * 1_000_000);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.failedNs()).isBetween(1_000_000_000L, 2_000_000_000L);
        }
        backoff.succeeded();
        assertThat(backoff.failedNs()).isLessThanOrEqualTo(100_000_000);
        Backoff long1 = new Backoff(Duration.ofHours(20), Duration.ofDays(1), new Random(7));
        for (int i = 0; i < 100; i++) {
            assertThat(long1.failedNs())
                    .isBetween(
                            Duration.ofHours(10).toNanos(), Duration.ofDays(1).toNanos());
        }
    }

    @Test
    void anAgreementNeedsToBeAnObjectAndMayLackFields() throws Exception {
        assertThat(Agreement.parse("OK").maxRdyCount()).isEqualTo(2_500);
        Agreement agreement = Agreement.parse("{\"tls_v1\":true,\"msg_timeout\":1500,\"max_rdy_count\":-7}");
        assertThat(agreement.isTls()).isTrue();
        assertThat(agreement.isSnappy()).isFalse();
        assertThat(agreement.msgTimeoutMs()).isEqualTo(1_500);
        assertThat(agreement.maxRdyCount()).isEqualTo(2_500);
        for (String wrong : List.of("", "[]", "{", "NO")) {
            assertThatThrownBy(() -> Agreement.parse(wrong)).isInstanceOf(ProtocolException.class);
        }
    }
}

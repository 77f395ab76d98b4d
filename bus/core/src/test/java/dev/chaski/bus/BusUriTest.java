package dev.chaski.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BusUriTest {
    @Test
    void itsPartsAreTakenApart() {
        assertThat(BusUri.parse("bus:memory:name")).isEqualTo(new BusUri("memory", "", -1, "name", "", Map.of()));
        assertThat(BusUri.parse("bus:http://u:p@127.0.0.1:80/x?registry=etcd://a:1?ttl%3D3&n=5"))
                .isEqualTo(new BusUri(
                        "http", "127.0.0.1", 80, "/x", "u:p", Map.of("registry", "etcd://a:1?ttl=3", "n", "5")));
    }

    @Test
    void whatIsNoneIsRefused() {
        for (String wrong : List.of("memory:", "bus:memory", "bus:http://a b", "bus:memory:?x")) {
            assertThatThrownBy(() -> Bus.of(wrong)).as(wrong).isInstanceOf(BusException.class);
        }
        assertThatThrownBy(() -> Bus.of("bus:pigeon:")).hasMessageContaining("[memory]");
        assertThatThrownBy(() -> BusUri.parse("bus:x:?n=0").positive("n", 1)).hasMessageContaining("n=0");
        assertThatThrownBy(() -> BusUri.parse("bus:x:?n=0").allow("m")).hasMessageContaining("no parameter \"n\"");
    }

    @Test
    void aPasswordStandsInNoErrorAndNoText() {
        BusUri uri = BusUri.parse("bus:x://me:se%3Acret@127.0.0.1:80");
        assertThat(uri.user()).isEqualTo("me");
        assertThat(uri.password()).isEqualTo("se:cret");
        assertThat(uri).hasToString("bus:x://127.0.0.1:80");
        List<String> wrong = List.of(
                "bux:x://me:secret@h", "bus:x://me:secret @h", "bus:x://me:secret@h/ ", "bus:x://me:sec?secret@h");
        for (String text : wrong) {
            assertThatThrownBy(() -> Bus.of(text))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("...@h")
                    .hasStackTraceContaining("BusException")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"))
                    .hasNoCause();
        }
    }
}

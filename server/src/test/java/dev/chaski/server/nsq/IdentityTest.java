package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The body of IDENTIFY is read as nsqd reads it. */
class IdentityTest {
    private static final NsqLimits LIMITS = NsqLimits.defaults();
    private static final ClientSettings BEFORE = ClientSettings.initial("10.0.0.1", LIMITS);

    @Test
    void whatIsLeftOutKeepsItsDefault() throws Refusal {
        ClientSettings settings = settings("{}");
        assertThat(settings.heartbeatMs()).isEqualTo(30_000);
        assertThat(settings.outputBufferBytes()).isEqualTo(16_384);
        assertThat(settings.outputBufferTimeoutMs()).isEqualTo(250);
        assertThat(settings.msgTimeoutMs()).isEqualTo(60_000);
        assertThat(settings.sampleRate()).isZero();
    }

    @Test
    void whatIsGivenHolds() throws Refusal {
        ClientSettings settings = settings("""
                {"client_id":"c","hostname":"h","user_agent":"u","heartbeat_interval":1000,"output_buffer_size":64,
                 "output_buffer_timeout":25,"sample_rate":99,"msg_timeout":900000,"topology_zone":"z",
                 "topology_region":"r","feature_negotiation":true,"unknown":{"a":[1]}}""");
        assertThat(settings).isEqualTo(new ClientSettings("c", "h", "u", 1000, 64, 25, 99, 900_000, "z", "r"));
    }

    @Test
    void minusOneTurnsHeartbeatsAndBuffersOff() throws Refusal {
        ClientSettings settings =
                settings("{\"heartbeat_interval\":-1,\"output_buffer_size\":-1,\"output_buffer_timeout\":-1}");
        assertThat(settings.heartbeatMs()).isZero();
        assertThat(settings.outputBufferBytes()).isEqualTo(1);
        assertThat(settings.outputBufferTimeoutMs()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "heartbeat_interval, 999, heartbeat interval",
        "heartbeat_interval, 60001, heartbeat interval",
        "heartbeat_interval, -2, heartbeat interval",
        "output_buffer_timeout, 24, output buffer timeout",
        "output_buffer_timeout, 30001, output buffer timeout",
        "output_buffer_size, 63, output buffer size",
        "output_buffer_size, 65537, output buffer size",
        "sample_rate, 100, sample rate",
        "sample_rate, -1, sample rate",
        "msg_timeout, 999, msg timeout",
        "msg_timeout, 900001, msg timeout",
        "msg_timeout, -1, msg timeout",
    })
    void whatIsOutOfRangeIsRefused(String field, int value, String name) {
        assertThatThrownBy(() -> settings("{\"" + field + "\":" + value + "}"))
                .hasMessage("E_BAD_BODY IDENTIFY " + name + " (" + value + ") is invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "1",
                "\"x\"",
                "{} {}",
                "{\"client_id\":1}",
                "{\"sample_rate\":1.5}",
                "{\"sample_rate\":\"1\"}",
                "{\"heartbeat_interval\":99999999999}",
                "{\"tls_v1\":1}",
                "{\"deflate_level\":\"6\"}",
                "{\"client_id\":\"c\"",
                "{\"client_id\"}",
                "\u0000\u0001"
            })
    void whatIsNotAnObjectOfTheRightTypesIsRefused(String json) {
        assertThatThrownBy(() -> settings(json)).hasMessage("E_BAD_BODY IDENTIFY failed to decode JSON body");
    }

    @Test
    void nullIsAsGoodAsNothing() throws Refusal {
        assertThat(settings("null").heartbeatMs()).isEqualTo(30_000);
        assertThat(settings("{\"client_id\":null,\"heartbeat_interval\":null}").clientId())
                .isEmpty();
    }

    @Test
    void keysAreKnownInAnyCaseAsInGoAndTheLastOneHolds() throws Refusal {
        String json = "{\"Client_ID\":\"a\",\"HOSTNAME\":\"h\",\"TLS_V1\":true,\"Heartbeat_Interval\":1000,"
                + "\"client_id\":\"b\",\"client_id\":null}";
        assertThat(settings(json).clientId()).isEqualTo("b");
        assertThat(settings(json).hostname()).isEqualTo("h");
        assertThat(settings(json).heartbeatMs()).isEqualTo(1000);
        assertThat(Identity.parse(json.getBytes(StandardCharsets.UTF_8)).wants(IdentityField.TLS_V1))
                .isTrue();
    }

    @Test
    void aLabelIsKeptUpToItsLimitAndNeverCutWithinACharacter() throws Refusal {
        String almost = "a".repeat(IdentityField.LABEL_CHARS_MAX - 1);
        assertThat(settings("{\"client_id\":\"" + almost + "bc\"}").clientId()).isEqualTo(almost + "b");
        assertThat(settings("{\"user_agent\":\"" + almost + "\ud83d\ude00\"}").userAgent())
                .isEqualTo(almost);
    }

    @Test
    void whatMeansNothingHereIsPassedOverUpToADepth() throws Refusal {
        int depth = IdentityField.DEPTH_MAX - 1;
        String deep = "[".repeat(depth) + "]".repeat(depth);
        assertThat(settings("{\"x\":" + deep + ",\"client_id\":\"c\"}").clientId())
                .isEqualTo("c");
        assertThatThrownBy(() -> settings("{\"x\":[" + deep + "],\"client_id\":\"c\"}"))
                .hasMessage("E_BAD_BODY IDENTIFY failed to decode JSON body");
    }

    private static ClientSettings settings(String json) throws Refusal {
        return Identity.parse(json.getBytes(StandardCharsets.UTF_8)).settings(BEFORE, LIMITS);
    }
}

package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.int4;
import static dev.chaski.server.nsq.TestClient.multi;
import static dev.chaski.server.nsq.TestClient.sized;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command is refused with the words that clients know, and the connection is closed. */
class ErrorTableTest {
    private static final String LONG_NAME = "n".repeat(65);
    private static final int MSG_MAX = NsqLimits.defaults().maxMsgSizeBytes();
    private static final int OPENING_MAX = Bodies.BODY_BYTES_MAX;
    private static final int BODY_MAX = NsqLimits.defaults().maxBodySizeBytes();

    @TempDir
    private static Path folder;

    private static TestDoor door;

    @BeforeAll
    static void open() throws Exception {
        door = TestDoor.open(folder);
    }

    @AfterAll
    static void close() {
        door.close();
    }

    static Arguments[] beforeSubscribing() {
        return new Arguments[] {
            row("HELLO\n", "E_INVALID invalid command HELLO"),
            row("\n", "E_INVALID invalid command "),
            row("pub t\n", "E_INVALID invalid command pub"),
            row("IDENTIFY\n" + int4(0), "E_BAD_BODY IDENTIFY invalid body size 0"),
            row("IDENTIFY\n" + int4(-1), "E_BAD_BODY IDENTIFY invalid body size -1"),
            row("IDENTIFY\n" + int4(OPENING_MAX + 1), "E_BAD_BODY IDENTIFY body too big 65537 > 65536"),
            row("IDENTIFY\n" + sized("{"), "E_BAD_BODY IDENTIFY failed to decode JSON body"),
            row(identify("\"heartbeat_interval\":5"), "E_BAD_BODY IDENTIFY heartbeat interval (5) is invalid"),
            row(identify("\"sample_rate\":100"), "E_BAD_BODY IDENTIFY sample rate (100) is invalid"),
            row(identify("\"msg_timeout\":1"), "E_BAD_BODY IDENTIFY msg timeout (1) is invalid"),
            row(identify("\"output_buffer_size\":1"), "E_BAD_BODY IDENTIFY output buffer size (1) is invalid"),
            row(identify("\"output_buffer_timeout\":1"), "E_BAD_BODY IDENTIFY output buffer timeout (1) is invalid"),
            row(
                    identify("\"feature_negotiation\":true,\"snappy\":true,\"deflate\":true"),
                    "E_IDENTIFY_FAILED cannot enable both deflate and snappy compression"),
            row("AUTH x\n", "E_INVALID AUTH invalid number of parameters"),
            row("AUTH\n" + int4(0), "E_BAD_BODY AUTH invalid body size 0"),
            row("AUTH\n" + int4(OPENING_MAX + 1), "E_BAD_BODY AUTH body too big 65537 > 65536"),
            row("AUTH\n" + sized("secret"), "E_AUTH_DISABLED AUTH disabled"),
            row("PUB\n", "E_INVALID PUB insufficient number of parameters"),
            row("PUB a$\n", "E_BAD_TOPIC PUB topic name \"a$\" is not valid"),
            row("PUB  t\n", "E_BAD_TOPIC PUB topic name \"\" is not valid"),
            row("PUB " + LONG_NAME + "\n", "E_BAD_TOPIC PUB topic name \"" + LONG_NAME + "\" is not valid"),
            row("PUB t\n" + int4(0), "E_BAD_MESSAGE PUB invalid message body size 0"),
            row("PUB t\n" + int4(-5), "E_BAD_MESSAGE PUB invalid message body size -5"),
            row("PUB t\n" + int4(MSG_MAX + 1), "E_BAD_MESSAGE PUB message too big 1048577 > 1048576"),
            row("MPUB\n", "E_INVALID MPUB insufficient number of parameters"),
            row("MPUB a$\n", "E_BAD_TOPIC MPUB topic name \"a$\" is not valid"),
            row("MPUB t\n" + int4(0), "E_BAD_BODY MPUB invalid body size 0"),
            row("MPUB t\n" + int4(BODY_MAX + 1), "E_BAD_BODY MPUB body too big 5242881 > 5242880"),
            row("MPUB t\n" + int4(9) + int4(0), "E_BAD_BODY MPUB invalid message count 0"),
            row("MPUB t\n" + int4(9) + int4(1048576), "E_BAD_BODY MPUB invalid message count 1048576"),
            row("MPUB t\n" + int4(90) + int4(1) + int4(0), "E_BAD_MESSAGE MPUB invalid message(0) body size 0"),
            row(
                    "MPUB t\n" + int4(90) + int4(2) + sized("x") + int4(-1),
                    "E_BAD_MESSAGE MPUB invalid message(1) body size -1"),
            row(
                    "MPUB t\n" + int4(BODY_MAX) + int4(1) + int4(MSG_MAX + 1),
                    "E_BAD_MESSAGE MPUB message too big 1048577 > 1048576"),
            row("MPUB t\n" + int4(9) + int4(1) + int4(9), "E_BAD_BODY MPUB body size 9 does not match its messages"),
            row(
                    "MPUB t\n" + sized(int4(1) + sized("x") + "y"),
                    "E_BAD_BODY MPUB body size 10 does not match its messages"),
            row("DPUB t\n", "E_INVALID DPUB insufficient number of parameters"),
            row("DPUB a$ 1\n", "E_BAD_TOPIC DPUB topic name \"a$\" is not valid"),
            row("DPUB t x\n", "E_INVALID DPUB could not parse timeout x"),
            row("DPUB t -1\n", "E_INVALID DPUB could not parse timeout -1"),
            row("DPUB t 3600001\n", "E_INVALID DPUB timeout 3600001 out of range 0-3600000"),
            row("DPUB t 1\n" + int4(0), "E_BAD_MESSAGE DPUB invalid message body size 0"),
            row("DPUB t 1\n" + int4(MSG_MAX + 1), "E_BAD_MESSAGE DPUB message too big 1048577 > 1048576"),
            row("SUB t\n", "E_INVALID SUB insufficient number of parameters"),
            row("SUB a$ c\n", "E_BAD_TOPIC SUB topic name \"a$\" is not valid"),
            row("SUB t c$\n", "E_BAD_CHANNEL SUB channel name \"c$\" is not valid"),
            row("SUB t #ephemeral\n", "E_BAD_CHANNEL SUB channel name \"#ephemeral\" is not valid"),
            row("RDY 1\n", "E_INVALID cannot RDY in current state"),
            row("FIN 0000000000000000\n", "E_INVALID cannot FIN in current state"),
            row("REQ 0000000000000000 0\n", "E_INVALID cannot REQ in current state"),
            row("TOUCH 0000000000000000\n", "E_INVALID cannot TOUCH in current state"),
            row("CLS\n", "E_INVALID cannot CLS in current state"),
            row("x".repeat(5000), "E_INVALID command line is longer than 4096 bytes"),
        };
    }

    static Arguments[] afterSubscribing() {
        return new Arguments[] {
            row("SUB t c\n", "E_INVALID cannot SUB in current state"),
            row("IDENTIFY\n" + sized("{}"), "E_INVALID cannot IDENTIFY in current state"),
            row("AUTH\n" + sized("x"), "E_INVALID cannot AUTH in current state"),
            row("RDY x\n", "E_INVALID RDY could not parse count x"),
            row("RDY -1\n", "E_INVALID RDY could not parse count -1"),
            row("RDY 2501\n", "E_INVALID RDY count 2501 out of range 0-2500"),
            row("FIN\n", "E_INVALID FIN insufficient number of params"),
            row("FIN 123\n", "E_INVALID invalid message ID"),
            row("REQ 0000000000000000\n", "E_INVALID REQ insufficient number of params"),
            row("REQ 123 0\n", "E_INVALID invalid message ID"),
            row("REQ 0000000000000000 x\n", "E_INVALID REQ could not parse timeout x"),
            row("TOUCH\n", "E_INVALID TOUCH insufficient number of params"),
            row("TOUCH 123\n", "E_INVALID invalid message ID"),
            row("NEXT\n", "E_INVALID invalid command NEXT"),
        };
    }

    static Arguments[] withEndOfInput() {
        return new Arguments[] {
            row("IDENTIFY\n", "E_BAD_BODY IDENTIFY failed to read body size"),
            row("IDENTIFY\n" + int4(5) + "{", "E_BAD_BODY IDENTIFY failed to read body"),
            row("AUTH\n" + int4(5) + "{", "E_BAD_BODY AUTH failed to read body"),
            row("PUB t\n" + "\0\0", "E_BAD_MESSAGE PUB failed to read message body size"),
            row("PUB t\n" + int4(5) + "abcd", "E_BAD_MESSAGE PUB failed to read message body"),
            row("DPUB t 5\n" + int4(5), "E_BAD_MESSAGE DPUB failed to read message body"),
            row("MPUB t\n", "E_BAD_BODY MPUB failed to read body size"),
            row("MPUB t\n" + int4(50), "E_BAD_BODY MPUB failed to read message count"),
            row("MPUB t\n" + int4(50) + int4(2), "E_BAD_MESSAGE MPUB failed to read message(0) body size"),
            row("MPUB t\n" + int4(50) + int4(2) + sized("x"), "E_BAD_MESSAGE MPUB failed to read message(1) body size"),
            row("MPUB t\n" + int4(50) + int4(2) + int4(4) + "ab", "E_BAD_MESSAGE MPUB failed to read message body"),
        };
    }

    @ParameterizedTest
    @MethodSource("beforeSubscribing")
    void aCommandOfANewClientIsRefused(String sent, String error) throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.send(sent).expectError(error);
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("beforeSubscribing")
    void itIsRefusedJustSoWhereItComesByteByByte(String sent, String error) throws Exception {
        try (TestClient client = door.connect()) {
            for (char c : ("  V2" + (sent.length() > 1000 ? "x".repeat(4096) : sent)).toCharArray()) {
                client.send(String.valueOf(c));
            }
            client.expectError(error);
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("beforeSubscribing")
    void itIsRefusedAfterTheAnswersToWhatWasPublishedBefore(String sent, String error) throws Exception {
        try (TestClient client = door.connect()) {
            client.send("  V2PUB before\n" + sized("1") + "MPUB before\n" + multi("2", "3") + "PUB other\n" + sized("4")
                    + sent);
            client.ok().ok().ok().expectError(error);
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("afterSubscribing")
    void aCommandOfAConsumerIsRefused(String sent, String error) throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.subscribe("t", "c").send(sent).expectError(error);
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("withEndOfInput")
    void aCommandThatBreaksOffIsRefused(String sent, String error) throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.send(sent).endInput();
            client.expectError(error);
            client.expectEnd();
        }
    }

    @Test
    void anotherProtocolIsRefused() throws Exception {
        try (TestClient client = door.connect()) {
            client.send("GET / HTTP/1.1\r\n\r\n").expectError("E_BAD_PROTOCOL");
            client.expectEnd();
        }
    }

    @Test
    void aConsumerNeedsHeartbeats() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.identify("{\"heartbeat_interval\":-1}");
            client.send("SUB t c\n").expectError("E_INVALID cannot SUB with heartbeats disabled");
            client.expectEnd();
        }
    }

    @Test
    void settlingWhatIsNotInFlightIsAnErrorThatLeavesTheConnectionOpen() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.subscribe("t", "c");
            client.send("FIN 0123456789abcdef\n")
                    .expectError("E_FIN_FAILED FIN 0123456789abcdef failed ID not in flight");
            client.send("FIN zzzzzzzzzzzzzzzz\n")
                    .expectError("E_FIN_FAILED FIN zzzzzzzzzzzzzzzz failed ID not in flight");
            client.send("FIN 0123456789abcdef more\n")
                    .expectError("E_FIN_FAILED FIN 0123456789abcdef failed ID not in flight");
            client.send("REQ 0123456789abcdef 1\n")
                    .expectError("E_REQ_FAILED REQ 0123456789abcdef failed ID not in flight");
            client.send("TOUCH 0123456789abcdef\n")
                    .expectError("E_TOUCH_FAILED TOUCH 0123456789abcdef failed ID not in flight");
            client.publish("elsewhere", "x").ok();
        }
    }

    private static Arguments row(String sent, String error) {
        return Arguments.of(sent, error);
    }

    private static String identify(String fields) {
        return "IDENTIFY\n" + sized("{" + fields + "}");
    }
}

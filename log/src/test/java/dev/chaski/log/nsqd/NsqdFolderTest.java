package dev.chaski.log.nsqd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class NsqdFolderTest {
    private static final String ONE_TOPIC = "{\"topics\":[{\"name\":\"orders\",\"paused\":false,\"channels\":[]}]}";

    @TempDir
    Path folder;

    private NsqdFiles files;
    private List<String> notes = List.of();

    @BeforeEach
    void begin() {
        files = new NsqdFiles(folder);
        files.topics(ONE_TOPIC);
    }

    private List<String> read(String queue) throws IOException {
        List<String> bodies = new ArrayList<>();
        try (NsqdQueue messages = NsqdFolder.open(folder).queue(queue)) {
            while (messages.next()) {
                ByteBuffer body = messages.body();
                bodies.add(StandardCharsets.UTF_8.decode(body).toString());
            }
            notes = messages.notes();
        }
        return bodies;
    }

    @Test
    void topicsAndChannelsAreReadWithTheirPausedFlags() throws IOException {
        files.topics("""
                {"topics":[
                  {"channels":[{"name":"billing","paused":true},{"name":"gone#ephemeral","paused":false}],
                   "name":"orders","paused":true},
                  {"channels":[],"name":"a.b_c-D","paused":false,"later":{"x":[1,-2.5e3,null,"\\u00e9\\n"]}},
                  {"channels":null,"name":"none","paused":false},
                  {"channels":[],"name":"brief#ephemeral","paused":false}],
                 "version":"1.3.0"}""");

        assertThat(NsqdFolder.open(folder).topics())
                .containsExactly(
                        new NsqdTopic("orders", true, List.of(new NsqdChannel("billing", true))),
                        new NsqdTopic("a.b_c-D", false, List.of()),
                        new NsqdTopic("none", false, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"topics\":{}}",
                "{\"topics\":[]} x",
                "{\"topics\":[1]}",
                "{\"topics\":[{\"name\":\"a b\",\"paused\":false,\"channels\":[]}]}",
                "{\"topics\":[{\"name\":\"a\",\"paused\":1,\"channels\":[]}]}",
                "{\"topics\":[{\"name\":\"a\",\"paused\":false}]}",
                "{\"topics\":[{\"name\":\"a\",\"channels\":[]},{\"name\":\"a\",\"channels\":[]}]}",
                "{\"topics\":[],\"topics\":[]}",
                "{\"topics\":[01]}",
                "{\"topics\":[\"\\x\"]}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            })
    void aListOfTopicsThatMakesNoSenseIsRefused(String text) {
        files.topics(text);
        assertThatThrownBy(() -> NsqdFolder.open(folder))
                .isInstanceOf(NsqdException.class)
                .hasMessageContaining("nsqd.dat");
    }

    @Test
    void aFolderThatIsNotOfNsqdIsRefused() {
        assertThatThrownBy(() -> NsqdFolder.open(folder.resolve("none")))
                .isInstanceOf(NsqdException.class)
                .hasMessageContaining("-data-path");
    }

    @Test
    void messagesAreReadFromWhereNsqdStoppedReadingOverAllFiles() throws IOException {
        byte[] first = NsqdFiles.messages(0, "read", "one");
        byte[] last = NsqdFiles.messages(3, "two", "", "four");
        files.data("orders:billing", 6, NsqdFiles.messages(0, "long gone"));
        files.data("orders:billing", 7, first);
        files.data("orders:billing", 8, last);
        files.meta("orders:billing", 4, 7, 34, 8, last.length);

        assertThat(read("orders:billing")).containsExactly("one", "two", "", "four");
        assertThat(notes).isEmpty();
        assertThat(read("orders")).isEmpty();
        assertThat(notes).isEmpty();
    }

    @Test
    void aMessageKeepsTimeAttemptsAndId() throws IOException {
        byte[] bytes = NsqdFiles.messages(65_535, "zero", "one");
        files.data("orders", 0, bytes);
        files.meta("orders", 2, 0, 0, 0, bytes.length);
        try (NsqdQueue messages = NsqdFolder.open(folder).queue("orders")) {
            assertThat(messages.sizeBytes()).isEqualTo(bytes.length);
            assertThat(messages.next()).isTrue();
            assertThat(messages.next()).isTrue();
            assertThat(messages.timestampNs()).isEqualTo(1_700_000_000_000_000_001L);
            assertThat(messages.attempts()).isEqualTo(65_535);
            assertThat(messages.id()).isEqualTo("0000000000000001");
            assertThat(messages.doneBytes()).isEqualTo(bytes.length);
            assertThat(messages.next()).isFalse();
        }
    }

    @Test
    void withoutItsMetadataAQueueIsReadFromItsFirstFileAndTheNoteSaysSo() throws IOException {
        files.data("orders", 3, NsqdFiles.messages(0, "one"));
        files.data("orders", 4, NsqdFiles.messages(0, "two"));

        assertThat(read("orders")).containsExactly("one", "two");
        assertThat(notes).singleElement().asString().contains("meta.dat is missing", "000003.dat");
    }

    @Test
    void metadataThatMakesNoSenseIsLikeNone() throws IOException {
        files.data("orders", 0, NsqdFiles.messages(0, "one"));
        files.write("orders.diskqueue.meta.dat", "1\n0,x\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(read("orders")).containsExactly("one");
        assertThat(notes).singleElement().asString().contains("makes no sense");
    }

    @Test
    void whatWasWrittenAfterTheMetadataIsReadToo() throws IOException {
        byte[] bytes = NsqdFiles.messages(0, "one", "after");
        files.data("orders", 0, bytes);
        files.data("orders", 1, NsqdFiles.messages(0, "rolled"));
        files.meta("orders", 1, 0, 0, 0, bytes.length / 2);

        assertThat(read("orders")).containsExactly("one", "after", "rolled");
    }

    @Test
    void aTornTailIsNotedAndTheNextFileFollows() throws IOException {
        byte[] torn = NsqdFiles.messages(0, "one", "torn");
        files.data("orders", 0, Arrays.copyOf(torn, torn.length - 1));
        files.data("orders", 1, NsqdFiles.messages(0, "two"));
        files.meta("orders", 3, 0, 0, 1, 33);

        assertThat(read("orders")).containsExactly("one", "two");
        assertThat(notes).singleElement().asString().contains("000000.dat is cut off", "byte 33");
    }

    @Test
    void damagedLengthsEndAFileAndNotTheRead() throws IOException {
        byte[] damaged = NsqdFiles.messages(0, "one", "two");
        damaged[33] = 0x7F;
        files.data("orders", 0, damaged);
        files.data("orders", 1, NsqdFiles.messages(0, "three"));
        files.meta("orders", 3, 0, 0, 1, 35);

        assertThat(read("orders")).containsExactly("one", "three");
        assertThat(notes).singleElement().asString().contains("makes no sense at byte 33");
    }

    @Test
    void aMissingFileIsNoted() throws IOException {
        files.data("orders", 2, NsqdFiles.messages(0, "late"));
        files.meta("orders", 3, 0, 10, 2, 34);

        assertThat(read("orders")).containsExactly("late");
        assertThat(notes).singleElement().asString().contains("000000.dat is missing");
    }

    @Test
    void anEmptyQueueNeedsNoFile() throws IOException {
        files.meta("orders", 0, 5, 120, 5, 120);
        assertThat(read("orders")).isEmpty();
        assertThat(notes).isEmpty();
    }

    @Test
    void messagesLongerThanTheWindowAreWhole() throws IOException {
        String giant = "x".repeat(3 << 20);
        byte[] bytes = NsqdFiles.messages(0, "small", giant, "small too", giant + "y");
        files.data("orders", 0, bytes);
        files.meta("orders", 4, 0, 0, 0, bytes.length);

        assertThat(read("orders")).containsExactly("small", giant, "small too", giant + "y");
        assertThat(notes).isEmpty();
    }

    @Test
    void queuesThatNoTopicNamesAreStrangers() throws IOException {
        files.meta("orders", 0, 0, 0, 0, 0);
        files.meta("orders:old", 0, 0, 0, 0, 0);
        assertThat(NsqdFolder.open(folder).strangers()).containsExactly("orders:old");
    }

    @Test
    void aFolderThatNobodyLocksIsUsedByNobody() throws IOException {
        assertThat(NsqdFolder.open(folder).usedBy()).isEqualTo(-1);
        assertThat(Files.exists(folder)).isTrue();
    }
}

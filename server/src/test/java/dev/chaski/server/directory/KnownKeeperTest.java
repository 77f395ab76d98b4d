package dev.chaski.server.directory;

import static dev.chaski.server.directory.TestNodes.node;
import static dev.chaski.server.directory.TestNodes.thisNode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KnownKeeperTest {
    private static final Duration PAUSE = Duration.ofMillis(5);

    @TempDir
    Path folder;

    private Path file = Path.of("");
    private Instant now = Instant.ofEpochSecond(1_700_000_000);

    @BeforeEach
    void name() {
        file = folder.resolve("made/lookup.known");
    }

    private static Directory directory() {
        return new Directory(DirectoryTimes.defaults(), DirectoryLimits.defaults(), System::nanoTime, Runnable::run);
    }

    private KnownKeeper open(Directory directory, Duration lastKnown) {
        return KnownKeeper.open(directory, file, new KnownKeeper.Times(PAUSE, lastKnown), InstantSource.fixed(now));
    }

    private KnownKeeper open(Directory directory) {
        return open(directory, Duration.ofHours(1));
    }

    /** What somebody is told who starts now. */
    private DirectoryView reread() {
        Directory fresh = directory();
        open(fresh).close();
        return fresh.view();
    }

    @Test
    void whatIsKnownIsInTheFileSoonAndNotOnlyAtTheEnd() {
        Directory directory = directory();
        try (KnownKeeper keeper = open(directory)) {
            assertThat(keeper).isNotNull();
            Peer one = directory.connected(node(1));
            directory.register(one, "orders", "billing");
            directory.create("planned", "audit");
            await().until(() -> reread().topics().equals(List.of("orders", "planned")));
            DirectoryView known = reread();
            assertThat(known.channels("orders")).containsExactly("billing");
            assertThat(known.channels("planned")).containsExactly("audit");
            assertThat(known.nodesOf("orders")).containsExactly(asLastKnown(node(1)));
        }
    }

    private static KnownNode asLastKnown(KnownNode node) {
        return new KnownNode(
                node.broadcastAddress(),
                node.tcpPort(),
                node.httpPort(),
                node.version(),
                node.hostname(),
                node.remoteAddress(),
                false,
                true);
    }

    @Test
    void whatThisBrokerHasIsNotKeptNorWhatIsBuriedNorWhatIsEphemeralAndNobodys() {
        Directory directory = directory();
        KnownKeeper keeper = open(directory);
        Peer own = directory.thisNode(thisNode());
        Peer one = directory.connected(node(1));
        directory.register(own, "ours", "billing");
        directory.register(one, "orders", "tail#ephemeral");
        directory.register(one, "moment#ephemeral", "");
        directory.create("nobodys#ephemeral", "");
        directory.register(one, "buried", "");
        directory.bury("buried", "host1:4151");
        keeper.close();
        DirectoryView known = reread();
        assertThat(known.topics()).containsExactly("buried", "moment#ephemeral", "orders");
        assertThat(known.nodesOf("buried")).isEmpty();
        assertThat(known.nodesOf("moment#ephemeral")).hasSize(1);
        assertThat(known.channels("orders")).containsExactly("tail#ephemeral");
    }

    @Test
    void nodesThatWereKnownLongAgoAreNotToldOfButNamesAre() {
        Directory directory = directory();
        KnownKeeper keeper = open(directory);
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "billing");
        directory.register(one, "moment#ephemeral", "");
        keeper.close();
        now = now.plus(Duration.ofHours(1));
        assertThat(reread().nodesOf("orders")).hasSize(1);
        now = now.plusMillis(1);
        DirectoryView known = reread();
        assertThat(known.nodesOf("orders")).isEmpty();
        assertThat(known.topics()).containsExactly("orders");
        assertThat(known.channels("orders")).containsExactly("billing");
    }

    @Test
    void whoDoesNotComeAgainIsForgottenAfterAWhile() {
        Directory directory = directory();
        KnownKeeper keeper = open(directory);
        directory.register(directory.connected(node(1)), "orders", "");
        keeper.close();
        Directory next = directory();
        try (KnownKeeper keeping = open(next, Duration.ofMillis(50))) {
            assertThat(keeping).isNotNull();
            await().until(() -> next.registrationCount() == 0);
            assertThat(next.view().topics()).containsExactly("orders");
            await().until(() -> reread().nodesOf("orders").isEmpty());
        }
    }

    @Test
    void whereNothingIsKnownThereIsNoFile() {
        Directory directory = directory();
        KnownKeeper keeper = open(directory);
        keeper.close();
        assertThat(file.getParent()).doesNotExist();
        Directory next = directory();
        try (KnownKeeper keeping = open(next)) {
            assertThat(keeping).isNotNull();
            next.create("orders", "");
            await().until(() -> Files.exists(file));
            next.deleteTopic("orders");
            await().until(() -> !Files.exists(file));
        }
    }

    @Test
    void whatCannotBeReadIsPassedOverAndWhatCannotBeWrittenIsTriedAgain() throws IOException {
        Files.createDirectories(file);
        Directory directory = directory();
        try (KnownKeeper keeper = open(directory)) {
            assertThat(keeper).isNotNull();
            assertThat(directory.view().topics()).isEmpty();
            directory.create("orders", "");
            await().until(() -> Files.exists(file.resolveSibling("lookup.known.new")));
            Files.delete(file);
            await().until(() -> Files.isRegularFile(file));
        }
        assertThat(reread().topics()).containsExactly("orders");
    }
}

package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups by the real command of a real broker under load, which in some rounds is killed meanwhile: each verifies, and
 * what is restored of it serves what it must. {@code -Dchaski.crash.rounds=200} makes 50 rounds.
 */
class BackupTest {
    private static final int ROUNDS = Math.max(2, Integer.getInteger("chaski.crash.rounds", 5) / 4);
    private static final int RATE = Integer.getInteger("chaski.backup.rate", 20_000);

    @TempDir
    private Path work;

    @BeforeEach
    void oursOnly() {
        Assumptions.assumeTrue(BrokerKind.underTest() == BrokerKind.CHASKI, "nsqd has no backups");
    }

    @Test
    void whatIsRestoredIsWhatWasAcknowledgedAtTheMomentOfTheBackup() throws Exception {
        Random random = Seed.random("whatIsRestoredIsWhatWasAcknowledgedAtTheMomentOfTheBackup");
        for (int round = 1; round <= ROUNDS; round++) {
            boolean isKilled = round % 2 == 0;
            run(work.resolve("round" + round), random, isKilled, round);
        }
    }

    private void run(Path folder, Random random, boolean isKilled, int round) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        BackupLoad.Seen before;
        BackupLoad.Seen after;
        Set<String> ids;
        long startNs = System.nanoTime();
        try (BrokerProcess broker = BrokerProcess.start(data, "--segment-size-min=64kb", "--segment-size-max=1mb");
                BackupLoad load = new BackupLoad(broker.tcp(), RATE)) {
            load.start();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> load.finishedCount() > 2_000);
            Moments.letPass(Duration.ofMillis(random.nextInt(500)));
            ChaskiCommand.run(0, "backup", data.toString(), folder.resolve("b0").toString());
            before = load.seen();
            double rate = load.acknowledgedCount() / ((System.nanoTime() - startNs) / 1e9);
            try (ChaskiCommand backup = ChaskiCommand.start(
                    "backup", data.toString(), folder.resolve("b1").toString())) {
                if (isKilled) {
                    Moments.letPass(Duration.ofMillis(random.nextInt(900)));
                    broker.killMinusNine();
                }
                backup.await(0);
            }
            after = load.seen();
            System.out.printf(
                    "round %d of %d, killed=%s: %d messages acknowledged, %.0f/s%n",
                    round, ROUNDS, isKilled, load.acknowledgedCount(), rate);
            if (!isKilled) {
                ChaskiCommand.run(0, "verify", data.toString()); // of a folder in use
                Moments.letPass(Duration.ofMillis(200)); // the first goes on and grants more ids
                broker.assertNoErrors();
            }
            ids = load.ids();
            load.end();
            if (!isKilled) {
                broker.stop();
            }
        }
        ChaskiCommand.run(0, "verify", folder.resolve("b0").toString());
        ChaskiCommand.run(0, "verify", folder.resolve("b1").toString());
        ChaskiCommand.run(
                0,
                "restore",
                folder.resolve("b1").toString(),
                folder.resolve("r").toString());
        check(folder.resolve("r"), before, after, ids);
        remove(folder);
    }

    private static void check(Path restored, BackupLoad.Seen before, BackupLoad.Seen after, Set<String> ids)
            throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(restored)) {
            JsonNode later = broker.http().channel(BackupLoad.LATER_TOPIC, BackupLoad.CHANNEL);
            assertThat(later.path("deferred_count").asInt()).isEqualTo(BackupLoad.later());
            Set<Bodies.Key> served = drain(broker, ids);
            Set<Bodies.Key> again = new HashSet<>(served);
            again.retainAll(before.finished());
            assertThat(again).as("served though they were finished before").isEmpty();
            List<Bodies.Key> missing = new ArrayList<>();
            for (int producer = 0; producer < BackupLoad.producers(); producer++) {
                int end = end(served, producer, before);
                for (int i = 0; i < end; i++) {
                    Bodies.Key key = new Bodies.Key(producer, i);
                    if (!served.contains(key) && !after.finishing().contains(key)) {
                        missing.add(key);
                    }
                }
            }
            assertThat(missing).as("acknowledged, not finished and not served").isEmpty();
            assertFreshIds(broker, ids);
            broker.stop();
        }
        ChaskiCommand.run(0, "verify", restored.toString());
    }

    private static void assertFreshIds(BrokerProcess broker, Set<String> ids) throws IOException {
        try (RawNsq nsq = broker.connect()) {
            nsq.publish("fresh", "new".getBytes(StandardCharsets.US_ASCII));
        }
        try (RawNsq nsq = broker.connect().subscribe("fresh", "c").ready(1)) {
            RawNsq.Message fresh = (RawNsq.Message) nsq.read();
            assertThat(ids.stream().max(String::compareTo).orElseThrow()).isLessThan(fresh.id());
            nsq.finish(fresh.id());
            nsq.flush();
        }
    }

    /** One beyond the last batch of a producer that is there: all of it must be. */
    private static int end(Set<Bodies.Key> served, int producer, BackupLoad.Seen before) {
        int last = served.stream()
                .filter(key -> key.producer() == producer)
                .mapToInt(Bodies.Key::number)
                .max()
                .orElse(-1);
        int batches = last / BackupLoad.batch() + 1;
        return Math.max(before.acknowledged().get(producer), last < 0 ? 0 : batches * BackupLoad.batch());
    }

    private static Set<Bodies.Key> drain(BrokerProcess broker, Set<String> ids) throws Exception {
        Set<Bodies.Key> served = new HashSet<>();
        try (RawNsq nsq =
                broker.connect().subscribe(BackupLoad.TOPIC, BackupLoad.CHANNEL).ready(1000)) {
            nsq.readTimeoutMs(300);
            while (!isDrained(broker)) {
                takeAll(nsq, served, ids);
            }
        }
        return served;
    }

    private static boolean isDrained(BrokerProcess broker) throws Exception {
        JsonNode channel = broker.http().channel(BackupLoad.TOPIC, BackupLoad.CHANNEL);
        return channel.path("depth").asLong() + channel.path("in_flight_count").asLong() == 0;
    }

    private static void takeAll(RawNsq nsq, Set<Bodies.Key> served, Set<String> ids) throws IOException {
        try {
            while (true) {
                RawNsq.Message message = (RawNsq.Message) nsq.read();
                assertThat(served.add(Bodies.keyOf(message.body()))).as("once").isTrue();
                ids.add(message.id());
                nsq.finish(message.id());
                if (!nsq.hasInput()) {
                    nsq.flush();
                }
            }
        } catch (SocketTimeoutException e) {
            // Nothing more comes now.
        }
    }

    @Test
    void aBackupThatIsKilledLeavesNothingThatLooksWhole() throws Exception {
        Random random = Seed.random("aBackupThatIsKilledLeavesNothingThatLooksWhole");
        Path data = Files.createDirectories(work.resolve("data"));
        try (BrokerProcess broker = BrokerProcess.start(data, "--segment-size-min=64kb", "--segment-size-max=1mb");
                BackupLoad load = new BackupLoad(broker.tcp(), RATE)) {
            load.start();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> load.finishedCount() > 2_000);
            for (int i = 0; i < 2; i++) {
                Path target = work.resolve("killed" + i);
                try (ChaskiCommand backup = ChaskiCommand.start("backup", data.toString(), target.toString())) {
                    Moments.letPass(Duration.ofMillis(200 + random.nextInt(700)));
                    backup.killMinusNine();
                }
                if (Files.exists(target)) {
                    ChaskiCommand.run(0, "verify", target.toString()); // it was faster
                }
            }
            ChaskiCommand.run(
                    0, "backup", data.toString(), work.resolve("whole").toString());
            ChaskiCommand.run(0, "verify", work.resolve("whole").toString());
            try (var left = Files.list(data.resolve("snapshots"))) {
                assertThat(left).allMatch(path -> path.endsWith("lock"));
            }
            load.end();
            broker.stop();
        }
    }

    @Test
    void onAFullDiskThereIsNoBackupAndTheBrokerGoesOn() throws Exception {
        Path disk = Files.createDirectory(work.resolve("small"));
        int mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "chaski-test", disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Assumptions.assumeTrue(mounted == 0, "may not mount a small file system here");
        Path data = Files.createDirectories(work.resolve("data"));
        try (BrokerProcess broker = BrokerProcess.start(data);
                BackupLoad load = new BackupLoad(broker.tcp(), RATE)) {
            load.start();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> load.acknowledgedCount() > 20_000);
            String said = ChaskiCommand.run(
                    1, "backup", data.toString(), disk.resolve("b").toString());
            assertThat(said).containsIgnoringCase("no space left");
            try (var left = Files.list(disk)) {
                assertThat(left).isEmpty();
            }
            ChaskiCommand.run(0, "backup", data.toString(), work.resolve("b").toString());
            ChaskiCommand.run(0, "verify", work.resolve("b").toString());
            load.end();
            broker.stop();
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var walk = Files.walk(folder)) {
            for (Path each : walk.toList().reversed()) {
                Files.delete(each);
            }
        }
    }
}

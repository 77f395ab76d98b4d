package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.log.faults.FailingDisk;
import dev.chaski.log.faults.LossyDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogFaultTest {
    @TempDir
    Path folder;

    /** A record says its number, and bytes that follow from it. */
    private static ByteBuffer numbered(int number, int bodyBytes) {
        ByteBuffer record = ByteBuffer.allocate(8 + bodyBytes);
        new Random(number).nextBytes(record.array());
        record.putInt(0, number).putInt(4, 0);
        CRC32C crc = new CRC32C();
        crc.update(record.array());
        return record.putInt(4, (int) crc.getValue());
    }

    private static int checkedNumber(ByteBuffer record) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        ByteBuffer again = numbered(ByteBuffer.wrap(bytes).getInt(0), bytes.length - 8);
        assertThat(bytes).isEqualTo(again.array());
        return again.getInt(0);
    }

    @Test
    void whatWasSyncedOutlivesAPowerCutAndNothingElseIsMadeUp() throws Exception {
        for (int round = 0; round < Seeds.rounds(); round++) {
            Random random = new Random(Seeds.next("change log power cut"));
            for (int part = 0; part < 5; part++) {
                powerCutRound(random, Files.createDirectory(folder.resolve("round" + round + "-" + part)));
            }
        }
    }

    private void powerCutRound(Random random, Path place) throws Exception {
        Path graveyard = Files.createDirectory(place.resolve("graveyard"));
        Path data = place.resolve("changes");
        List<Integer> present = new ArrayList<>(); // what a replay must begin with, as far as it was synced
        int synced = 0;
        int next = 0;
        for (int life = 0; life < 3; life++) {
            LossyDisk disk = new LossyDisk(graveyard);
            ChangeLog log = new ChangeLog(disk, data, place.resolve("quarantine"));
            List<Integer> replayed = new ArrayList<>();
            ChangeLog.Damage damage = log.replay((g, record) -> replayed.add(checkedNumber(record)));
            assertThat(damage).isNull();
            assertThat(replayed.size()).isGreaterThanOrEqualTo(synced);
            assertThat(replayed).isEqualTo(present.subList(0, replayed.size()));
            present = replayed;
            log.sync();
            synced = present.size();
            for (int step = random.nextInt(200); step > 0; step--) {
                switch (random.nextInt(20)) {
                    case 0, 1 -> {
                        log.sync();
                        synced = present.size();
                    }
                    case 2 -> log.syncIfDirty();
                    case 3 -> {
                        long generation = log.beginGeneration();
                        synced = present.size();
                        if (random.nextBoolean()) {
                            // The new generation says everything by itself: a single number, then the older goes.
                            log.append(numbered(next, random.nextInt(300)));
                            log.dropBefore(generation);
                            present = new ArrayList<>(List.of(next++));
                            synced = 1;
                        }
                    }
                    default -> {
                        log.append(numbered(next, random.nextInt(random.nextInt(10) == 0 ? 100_000 : 300)));
                        present.add(next++);
                    }
                }
            }
            disk.powerCut(random.nextLong());
        }
    }

    @Test
    void aPowerCutWhileAGenerationBeginsIsNoDamage() throws Exception {
        for (int round = 0; round < Seeds.rounds(); round++) {
            Random random = new Random(Seeds.next("change log generation power cut"));
            for (int operations = 0; operations < 9; operations++) {
                Path place = Files.createDirectory(folder.resolve("generation" + round + "-" + operations));
                cutWhileAGenerationBegins(random, operations, place);
            }
        }
    }

    private static void cutWhileAGenerationBegins(Random random, int operations, Path place) throws Exception {
        LossyDisk disk = new LossyDisk(Files.createDirectory(place.resolve("graveyard")));
        ChangeLog log = new ChangeLog(disk, place.resolve("changes"), place.resolve("quarantine"));
        log.replay((generation, record) -> {});
        log.append(numbered(0, 10));
        log.syncIfDirty(); // reserves
        int written = 1 + random.nextInt(20);
        for (int i = 1; i < written; i++) {
            log.append(numbered(i, random.nextInt(2000)));
        }
        boolean hasBegun = false;
        disk.powerCutAfter(operations, random.nextLong());
        try {
            log.beginGeneration();
            hasBegun = true;
        } catch (LogException e) {
            assertThat(disk.isOff()).as(e.getMessage()).isTrue();
        }
        if (!disk.isOff()) {
            disk.powerCut(random.nextLong());
        }
        List<Integer> replayed = new ArrayList<>();
        ChangeLog again = new ChangeLog(Disk.real(), place.resolve("changes"), place.resolve("quarantine"));
        assertThat(again.replay((generation, record) -> replayed.add(checkedNumber(record))))
                .isNull();
        assertThat(replayed)
                .isEqualTo(IntStream.range(0, replayed.size()).boxed().toList());
        assertThat(replayed.size()).isBetween(hasBegun ? written : 1, written);
    }

    @Test
    void aFullDiskStillTakesRecordsAndEvenANewGeneration() throws Exception {
        FailingDisk disk = new FailingDisk(Disk.real());
        ChangeLog log = new ChangeLog(disk, folder.resolve("changes"), folder.resolve("quarantine"));
        log.replay((generation, record) -> {});
        log.syncIfDirty(); // reserves
        disk.setRoomBytes(0);

        int records = 0;
        for (; records < 40_000; records++) {
            log.append(numbered(records, 40));
            if (records % 1000 == 0) {
                log.syncIfDirty();
            }
        }
        long generation = log.beginGeneration();
        log.append(numbered(records, 40));
        log.dropBefore(generation);
        log.syncIfDirty(); // the dropped file becomes the spare, in its own space
        log.append(numbered(records + 1, 40));
        assertThat(log.beginGeneration()).isEqualTo(generation + 1);
        log.close();
    }

    @Test
    void whenTheReservedSpaceIsUsedUpItSaysFullAndServesAgainWithRoom() throws Exception {
        FailingDisk disk = new FailingDisk(Disk.real());
        Path data = folder.resolve("changes");
        ChangeLog log = new ChangeLog(disk, data, folder.resolve("quarantine"));
        log.replay((generation, record) -> {});
        log.syncIfDirty(); // reserves
        disk.setRoomBytes(0);
        List<Integer> taken = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        log.append(numbered(i, 10_000));
                        taken.add(i);
                    }
                })
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FULL));
        log.syncIfDirty(); // a full disk is no failure of it

        disk.setRoomBytes(100 << 20);
        log.append(numbered(5000, 10));
        taken.add(5000);

        List<Integer> replayed = new ArrayList<>();
        new ChangeLog(Disk.real(), data, folder.resolve("quarantine"))
                .replay((generation, record) -> replayed.add(checkedNumber(record)));
        assertThat(taken).hasSizeGreaterThan(100);
        assertThat(replayed).isEqualTo(taken);
    }

    @Test
    void afterAFailedFsyncNothingIsCalledSafeUntilANewGenerationHasBegun() throws Exception {
        FailingDisk disk = new FailingDisk(Disk.real());
        ChangeLog log = new ChangeLog(disk, folder.resolve("changes"), folder.resolve("quarantine"));
        log.replay((generation, record) -> {});
        log.append(numbered(1, 10));
        disk.failSyncAfter(0);

        assertThatThrownBy(log::sync).hasMessageContaining("Input/output error");
        assertThatThrownBy(log::sync).hasMessageContaining("failed before");
        assertThatThrownBy(() -> log.append(numbered(2, 10))).isInstanceOf(LogException.class);

        log.beginGeneration();
        log.append(numbered(3, 10));
        log.sync();
        log.close();
    }

    @Test
    void aFailedWriteLeavesNoTrace() throws Exception {
        FailingDisk disk = new FailingDisk(Disk.real());
        Path data = folder.resolve("changes");
        ChangeLog log = new ChangeLog(disk, data, folder.resolve("quarantine"));
        log.replay((generation, record) -> {});
        log.append(numbered(1, 10));
        disk.failWriteAfter(0);
        assertThatThrownBy(() -> log.append(numbered(2, 10)))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.IO));
        log.append(numbered(3, 10));

        List<Integer> replayed = new ArrayList<>();
        new ChangeLog(Disk.real(), data, folder.resolve("quarantine"))
                .replay((generation, record) -> replayed.add(checkedNumber(record)));
        assertThat(replayed).containsExactly(1, 3);
    }
}

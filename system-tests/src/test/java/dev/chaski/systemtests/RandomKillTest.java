package dev.chaski.systemtests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random moments under load, over and over on one data folder. */
class RandomKillTest {
    private static final int ROUNDS = Integer.getInteger("chaski.crash.rounds", 5);
    private static final String[] SMALL_SEGMENTS = BrokerKind.underTest().smallSegments();

    @TempDir
    private Path data;

    @Test
    void nothingAcknowledgedIsLostOverManyKillsUnderLoad() throws Exception {
        Random random = Seed.random("nothingAcknowledgedIsLostOverManyKillsUnderLoad");
        long messages = 0;
        Ledger ledger = new Ledger();
        for (int round = 1; round <= ROUNDS; round++) {
            loadAndKill(ledger, random);
            if (random.nextInt(3) == 0) {
                killWhileDraining(ledger, random);
            }
            drain(ledger);
            messages += ledger.acknowledgedCount();
            ledger.assertKept();
            ledger.clear();
            System.out.println("round " + round + " of " + ROUNDS + ": " + messages + " messages acknowledged so far");
        }
    }

    private void loadAndKill(Ledger ledger, Random random) throws IOException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(data, SMALL_SEGMENTS);
                Load load = new Load(broker.tcp(), "orders", ledger, random)) {
            load.start(1 + random.nextInt(4), 1 + random.nextInt(3));
            ledger.awaitAcknowledged(100);
            Moments.letPass(Duration.ofMillis(50 + random.nextInt(1_500)));
            ledger.killing();
            broker.killMinusNine();
            load.awaitEnd();
            ledger.died();
            broker.assertNoErrors();
        }
    }

    /** A broker that dies again while it serves what the last death left. */
    private void killWhileDraining(Ledger ledger, Random random) throws IOException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(data, SMALL_SEGMENTS);
                Load load = new Load(broker.tcp(), "orders", ledger, random)) {
            load.start(0, 2);
            Moments.letPass(Duration.ofMillis(random.nextInt(300)));
            ledger.killing();
            broker.killMinusNine();
            load.awaitEnd();
            ledger.died();
            broker.assertNoErrors();
        }
    }

    private void drain(Ledger ledger) throws IOException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(data, SMALL_SEGMENTS)) {
            new Drain(broker.tcp(), "orders", Load.CHANNEL, ledger).run();
            ledger.killing();
            broker.stop();
            ledger.died();
        }
    }
}

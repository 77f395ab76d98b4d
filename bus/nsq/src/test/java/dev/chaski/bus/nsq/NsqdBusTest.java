package dev.chaski.bus.nsq;

import dev.chaski.bus.Capability;
import dev.chaski.bus.contract.BusContract;
import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Against NSQ's own nsqd, where the environment names one. */
class NsqdBusTest extends BusContract {
    private static final String VARIABLE = "CHASKI_NSQD";

    @TempDir
    static Path folder;

    private static ServerProcess nsqd;

    @BeforeAll
    static void start() throws IOException {
        String binary = System.getenv(VARIABLE);
        Assumptions.assumeTrue(binary != null && Files.isExecutable(Path.of(binary)), VARIABLE + " names no nsqd");
        int port = ServerProcess.freePort();
        List<String> command = List.of(
                String.valueOf(binary),
                "-tcp-address=127.0.0.1:" + port,
                "-http-address=127.0.0.1:0",
                "-data-path=" + folder);
        nsqd = new ServerProcess(folder, port, command);
    }

    @AfterAll
    static void stop() {
        if (nsqd != null) {
            nsqd.close();
        }
    }

    /** In its own way: an nsqd that is killed loses what it has in memory. */
    @Override
    protected void restartServer() throws IOException {
        nsqd.stop();
        nsqd.start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.complementOf(EnumSet.of(Capability.ORDERED, Capability.ANY_TOPIC));
    }

    @Override
    protected String uri() {
        return "bus:nsq://127.0.0.1:" + nsqd.port();
    }
}

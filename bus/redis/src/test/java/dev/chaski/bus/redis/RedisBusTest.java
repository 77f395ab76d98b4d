package dev.chaski.bus.redis;

import dev.chaski.bus.Capability;
import dev.chaski.bus.contract.BusContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Against the redis-server on the PATH. */
class RedisBusTest extends BusContract {
    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RedisServer.durable(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void restartServer() throws IOException {
        server.kill();
        server.start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    protected String uri() {
        return server.uri() + "?durable=yes&lease=5";
    }
}

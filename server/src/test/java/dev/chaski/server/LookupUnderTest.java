package dev.chaski.server;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.LookupdOptions;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.config.Options.Source;
import java.io.IOException;

/** A lookup that is asked the same as others. */
interface LookupUnderTest extends AutoCloseable {
    int tcpPort() throws IOException;

    int httpPort() throws IOException;

    @Override
    void close();

    /** Ours, alone, on free ports; it keeps what it knows in this folder, or nowhere. */
    static LookupUnderTest ours(String folder) throws StartException {
        HostPort free = new HostPort("127.0.0.1", 0);
        Options options = new Options.Builder("here")
                .set(LookupdOptions.TCP_ADDRESS, free, Source.FLAG)
                .set(LookupdOptions.HTTP_ADDRESS, free, Source.FLAG)
                .set(LookupdOptions.DATA_PATH, folder, Source.FLAG)
                .set(LookupdOptions.LOOPS, 1, Source.FLAG)
                .set(OptionTable.BROADCAST_ADDRESS, "127.0.0.1", Source.FLAG)
                .build();
        LookupServer server = LookupServer.start(options);
        return new LookupUnderTest() {
            @Override
            public int tcpPort() {
                return server.tcpAddress().getPort();
            }

            @Override
            public int httpPort() {
                return server.httpAddress().getPort();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}

package dev.chaski.server.clients;

/** A connection that can tell of itself. */
public interface Client {
    /**
     * The figures. Any thread.
     *
     * @return a snapshot
     */
    ClientStats stats();

    /** Closes the connection, soon. Any thread. */
    void disconnect();
}

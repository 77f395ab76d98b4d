package dev.chaski.bus.kafka;

/** Where a subscription's records come from. One thread, but for {@link #wake}. */
interface Source {
    /** Waits a little for records, hands them over, and tells Kafka what became of others. */
    void turn(Inflight inflight);

    /** Ends a wait at once. Any thread. */
    void wake();

    /** Tells what is done, and gives back what is not. */
    void close(Inflight inflight);
}

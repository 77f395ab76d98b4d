package dev.chaski.bus;

/** What a bus may promise. The contract's tests hold each plug-in to what it declares. */
public enum Capability {
    /** Programs in different processes reach each other. */
    BETWEEN_PROCESSES,
    /** What is published while nobody subscribes is kept for the first who does. */
    KEEPS_FOR_THE_FIRST,
    /** A queue without members keeps what is published until one is back. */
    KEEPS_FOR_QUEUES,
    /** What is kept survives the end of the process that published it, and of the server where there is one. */
    SURVIVES_RESTART,
    /** A message whose handler fails, or that is not acknowledged in time, is delivered again. */
    REDELIVERS,
    /** What a process had not acknowledged when it died goes to another member of its queue. */
    FAILS_OVER,
    /** What one publisher sends to a topic arrives in that order, unless it is delivered again. */
    ORDERED,
    /** A topic may have any characters and 200 bytes. */
    ANY_TOPIC
}

package dev.chaski.bus.rabbitmq;

import java.io.IOException;

/** Tells the server that a delivery is done, or should come again. */
@FunctionalInterface
interface Settling {
    void run() throws IOException;
}

package dev.chaski.bus.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Message;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemoryBusTest extends BusContract {
    private final String uri = "bus:memory:" + UUID.randomUUID();

    @Override
    protected Set<Capability> expected() {
        return EnumSet.of(
                Capability.KEEPS_FOR_THE_FIRST,
                Capability.KEEPS_FOR_QUEUES,
                Capability.REDELIVERS,
                Capability.ORDERED,
                Capability.ANY_TOPIC);
    }

    @Override
    protected String uri() {
        return uri;
    }

    @Test
    void moreThanMayWaitIsRefused() {
        try (Bus bus = Bus.of("bus:memory:?pending=2")) {
            bus.connect();
            bus.publish(topic, Message.of("1"));
            bus.publish(topic, Message.of("2"));
            assertThatThrownBy(() -> bus.publish(topic, Message.of("3")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("2 messages waiting");
        }
    }
}

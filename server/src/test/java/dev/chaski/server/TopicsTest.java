package dev.chaski.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.engine.BrokerException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopicsTest {
    private Chaski chaski;
    private Topics topics;

    @BeforeEach
    void start() throws StartException {
        chaski = Chaski.start();
        topics = chaski.topics();
    }

    @AfterEach
    void close() {
        chaski.close();
    }

    private static TopicBacklog orders(long unreleased, ChannelBacklog... channels) {
        return new TopicBacklog("orders", unreleased, List.of(channels));
    }

    @Test
    void messagesAreCountedWhereTheyAre() throws Exception {
        assertThat(topics.backlogs()).isEmpty();
        try (NsqSocket client = new NsqSocket(chaski.tcpAddress());
                NsqSocket consumer = new NsqSocket(chaski.tcpAddress())) {
            client.publish("orders", "one");
            client.publish("orders", "two");
            assertThat(topics.backlogs()).containsExactly(orders(2));
            topics.create("orders", "billing");
            topics.create("orders", "audit", "billing");
            ChannelBacklog audit = new ChannelBacklog("audit", 0, 0, 0);
            assertThat(topics.backlogs()).containsExactly(orders(0, audit, new ChannelBacklog("billing", 2, 0, 0)));
            assertThat(consumer.command("SUB orders billing")).isEqualTo("OK");
            String id = consumer.receive();
            assertThat(topics.backlogs()).containsExactly(orders(0, audit, new ChannelBacklog("billing", 1, 1, 0)));
            consumer.send("RDY 0");
            consumer.send("REQ " + id + " 60000");
            // FIN of what is not in flight is answered, so the requeue was seen.
            assertThat(consumer.command("FIN " + id)).startsWith("E_FIN_FAILED");
            assertThat(topics.backlogs()).containsExactly(orders(0, audit, new ChannelBacklog("billing", 1, 0, 1)));
        }
    }

    @Test
    void aTopicIsEmptiedWithItsChannelsAndDeleted() throws Exception {
        try (NsqSocket client = new NsqSocket(chaski.tcpAddress())) {
            client.publish("orders", "one");
            topics.empty("orders");
            assertThat(topics.backlogs()).containsExactly(orders(0));
            topics.create("orders", "billing");
            client.publish("orders", "two");
            topics.empty("orders");
            assertThat(topics.backlogs()).containsExactly(orders(0, new ChannelBacklog("billing", 0, 0, 0)));
        }
        topics.delete("orders");
        assertThat(topics.backlogs()).isEmpty();
    }

    @Test
    void whatIsNotThereOrCannotBeIsRefusedByItsName() {
        assertThatThrownBy(() -> topics.empty("nothing"))
                .isInstanceOf(BrokerException.class)
                .hasMessage("there is no topic nothing");
        assertThatThrownBy(() -> topics.delete("nothing"))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("nothing");
        assertThatThrownBy(() -> topics.create("no spaces"))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("no spaces");
        assertThatThrownBy(() -> topics.create("orders", "no spaces"))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("no spaces");
    }

    @Test
    void aClosedBrokerIsNotAsked() throws BrokerException {
        topics.create("orders", "billing");
        chaski.close();
        assertThat(chaski.isClosed()).isTrue();
        assertThatThrownBy(() -> topics.backlogs())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the broker is closed");
    }
}

package dev.chaski.cli.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.cli.FakeHttp;
import dev.chaski.cli.nodes.Administration.Action;
import dev.chaski.cli.nodes.Administration.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of whom, against servers that answer what a test says. */
@Timeout(60)
class NodesTest {
    private static final Nodes.Query ALL = new Nodes.Query("", "", true);

    private FakeHttp one;
    private FakeHttp two;
    private FakeHttp lookup;

    @BeforeEach
    void start() throws Exception {
        one = new FakeHttp();
        two = new FakeHttp();
        lookup = new FakeHttp();
        lookup.knows(one.port() + ":orders", two.port() + ":orders");
        one.answers.put("/stats", stats("orders", 3, 2));
        two.answers.put("/stats", stats("orders", 4, 0));
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        lookup.close();
    }

    private static String stats(String topic, int depth, int inFlight) {
        return """
                {"version":"1.3.0","health":"OK","start_time":5,"producers":null,"topics":[{"topic_name":"%s",
                "depth":1,"message_count":10,"message_bytes":100,"paused":false,"channels":[{"channel_name":"billing",
                "depth":%d,"in_flight_count":%d,"deferred_count":0,"message_count":9,"requeue_count":1,
                "timeout_count":0,"client_count":1,"paused":true,"clients":null}]}]}
                """.formatted(topic, depth, inFlight);
    }

    private static HttpAddress at(FakeHttp fake) {
        return HttpAddress.of("127.0.0.1", fake.port());
    }

    private Nodes known(Duration timeout) {
        return new Nodes(List.of(), List.of(at(lookup)), timeout);
    }

    @Test
    void figuresOfAllNodesThatALookupKnowsAreAddedUp() throws Exception {
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            Found found = nodes.find();
            assertThat(found.nodes()).extracting(Node::address).containsExactlyInAnyOrder(at(one), at(two));
            Answers<NodeStats> answers = nodes.stats(found.nodes(), ALL);
            assertThat(answers.failures()).isEmpty();
            TopicStats orders = TopicStats.total(answers.values()).get("orders");
            assertThat(orders.nodes()).isEqualTo(2);
            assertThat(orders.messages()).isEqualTo(20);
            assertThat(orders.waiting()).isEqualTo(2 + 3 + 2 + 4);
            ChannelStats billing = orders.channel("billing");
            assertThat(billing.depth()).isEqualTo(7);
            assertThat(billing.pausedAt()).isEqualTo(2);
            assertThat(billing.done()).isEqualTo(18 - 7 - 2);
        }
    }

    @Test
    void oneThatIsNamedAndKnownIsAskedOnce() throws Exception {
        try (Nodes nodes = new Nodes(List.of(at(one)), List.of(at(lookup)), Duration.ofSeconds(20))) {
            assertThat(nodes.find().nodes()).hasSize(2);
        }
    }

    @Test
    void oneThatSwallowsQuestionsIsGivenUpInTimeAndTheOthersAreHeard() throws Exception {
        two.isSilent = true;
        try (Nodes nodes = known(Duration.ofSeconds(1))) {
            Answers<NodeStats> answers = nodes.stats(nodes.find().nodes(), ALL);
            assertThat(answers.values()).hasSize(1);
            assertThat(answers.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.isUnreachable()).isTrue();
                assertThat(failure.what()).isEqualTo(two.address() + ": no answer within 1000 ms");
            });
        }
    }

    @Test
    void whatIsNoAnswerOfABrokerIsToldAsSuch() throws Exception {
        one.answers.put("/stats", "<html>");
        two.answers.put("/stats", "{}");
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            Answers<NodeStats> answers = nodes.stats(nodes.find().nodes(), ALL);
            assertThat(answers.values()).isEmpty();
            assertThat(answers.failures())
                    .extracting(Failure::what)
                    .anyMatch(what -> what.contains("no JSON"))
                    .anyMatch(what -> what.contains("no list of topics"));
        }
    }

    @Test
    void aNodeWithoutAnAddressIsPassedOver() throws Exception {
        lookup.answers.put(
                "/nodes", "{\"producers\":[{\"broadcast_address\":\"a b\",\"http_port\":1},{\"http_port\":70000}]}");
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            assertThat(nodes.find().nodes()).isEmpty();
            assertThat(nodes.find().failures()).isEmpty();
        }
    }

    @Test
    void aTopicIsDeletedWhereConsumersNoLongerFindItAndAtTheLookupsLast() throws Exception {
        for (FakeHttp each : List.of(one, two, lookup)) {
            each.answers.put("/topic/delete", "");
        }
        lookup.answers.put("/topic/tombstone", "");
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            lookup.asked.clear();
            List<Administration.Step> steps = new Administration(nodes).run(Action.DELETE, "orders", "");
            assertThat(steps).extracting(Administration.Step::result).containsOnly(Result.DONE);
            assertThat(one.asked).containsExactly("POST /topic/delete?topic=orders");
            assertThat(two.asked).containsExactly("POST /topic/delete?topic=orders");
            assertThat(lookup.asked.subList(2, 5))
                    .contains(
                            "POST /topic/tombstone?topic=orders&node=127.0.0.1%3A" + one.port(),
                            "POST /topic/tombstone?topic=orders&node=127.0.0.1%3A" + two.port())
                    .endsWith("POST /topic/delete?topic=orders");
        }
    }

    @Test
    void whatIsMadeIsKnownToTheLookupsFirst() throws Exception {
        for (FakeHttp each : List.of(one, two, lookup)) {
            each.answers.put("/channel/create", "");
        }
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            List<Administration.Step> steps = new Administration(nodes).run(Action.CREATE, "orders", "billing");
            assertThat(steps).extracting(Administration.Step::isLookup).containsExactly(true, false, false);
            assertThat(one.asked).containsExactly("POST /channel/create?topic=orders&channel=billing");
        }
    }

    @Test
    void whereATopicIsMissingIsToldApartFromWhereItFails() throws Exception {
        two.answers.put("/topic/pause", "");
        try (Nodes nodes = known(Duration.ofSeconds(20))) {
            assertThat(new Administration(nodes).run(Action.PAUSE, "orders", ""))
                    .extracting(Administration.Step::result)
                    .containsExactlyInAnyOrder(Result.ABSENT, Result.DONE);
        }
    }
}

package dev.chaski.server.directory;

import static dev.chaski.server.directory.TestNodes.node;
import static dev.chaski.server.directory.TestNodes.thisNode;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The rules of nsqlookupd, and those of ours, one by one. */
class DirectoryTest {
    private static final DirectoryTimes TIMES = new DirectoryTimes(300_000, 45_000);

    private long nowNs = 5;
    private final Directory directory = new Directory(TIMES, DirectoryLimits.defaults(), () -> nowNs, Runnable::run);
    private final DirectoryView view = directory.view();

    private void pass(long seconds) {
        nowNs += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void aRegisteredNodeIsFoundByItsTopic() {
        Peer one = directory.connected(node(1));
        Peer two = directory.connected(node(2));
        assertThat(directory.register(one, "orders", "billing")).isTrue();
        assertThat(directory.register(two, "orders", "audit")).isTrue();
        DirectoryView.Found found = Objects.requireNonNull(view.find("orders"));
        assertThat(found.channels()).containsExactly("audit", "billing");
        assertThat(found.nodes()).containsExactly(node(1), node(2));
        assertThat(view.find("parcels")).isNull();
        assertThat(view.nodesOf("parcels")).isEmpty();
        assertThat(view.nodes()).containsExactly(node(1), node(2));
    }

    @Test
    void namesStayWhenNobodyHasThemAndEphemeralOnesDoNot() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "billing");
        directory.register(one, "orders", "tail#ephemeral");
        directory.register(one, "moment#ephemeral", "c");
        directory.leave(one);
        assertThat(view.topics()).containsExactly("orders");
        assertThat(view.channels("orders")).containsExactly("billing");
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(directory.nameCount()).isEqualTo(2);
        assertThat(directory.registrationCount()).isZero();
    }

    @Test
    void aChannelIsUnregisteredAloneAndATopicWithItsChannels() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "billing");
        directory.register(one, "orders", "tail#ephemeral");
        directory.unregister(one, "orders", "tail#ephemeral");
        assertThat(view.channels("orders")).containsExactly("billing");
        assertThat(view.nodesOf("orders")).containsExactly(node(1));
        directory.unregister(one, "orders", "");
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(directory.registrationCount()).isZero();
        directory.unregister(one, "unknown", "");
        directory.unregister(one, "orders", "unknown");
        assertThat(view.topics()).containsExactly("orders");
    }

    @Test
    void aSilentNodeIsNotToldOfUntilItPingsAgain() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "");
        pass(300);
        assertThat(view.nodesOf("orders")).containsExactly(node(1));
        pass(1);
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(view.nodes()).isEmpty();
        assertThat(view.topics()).containsExactly("orders");
        directory.ping(one);
        assertThat(view.nodesOf("orders")).containsExactly(node(1));
    }

    @Test
    void aBuriedNodeIsToldOfAgainAfterAWhileOrWhenItComesAnew() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "");
        directory.register(one, "parcels", "");
        directory.bury("orders", "host1:4150");
        assertThat(view.nodesOf("orders")).as("the port is that of HTTP").hasSize(1);
        directory.bury("orders", "host1:4151");
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(view.nodesOf("parcels")).hasSize(1);
        assertThat(view.nodeTopics().getFirst().topics())
                .containsExactly(
                        new DirectoryView.NodeTopic("orders", true), new DirectoryView.NodeTopic("parcels", false));
        directory.register(one, "orders", "");
        assertThat(view.nodesOf("orders")).as("it never went").isEmpty();
        pass(45);
        assertThat(view.nodesOf("orders")).hasSize(1);
        directory.bury("orders", "host1:4151");
        directory.unregister(one, "orders", "");
        directory.register(one, "orders", "");
        assertThat(view.nodesOf("orders")).hasSize(1);
        directory.bury("unknown", "host1:4151");
    }

    @Test
    void whatIsDeletedIsForgottenUntilItIsRegisteredAgain() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "billing");
        directory.register(one, "orders", "audit");
        assertThat(directory.deleteChannel("orders", "billing")).isTrue();
        assertThat(directory.deleteChannel("orders", "billing")).isFalse();
        assertThat(directory.deleteChannel("unknown", "billing")).isFalse();
        assertThat(view.channels("orders")).containsExactly("audit");
        directory.deleteTopic("orders");
        directory.deleteTopic("orders");
        assertThat(view.find("orders")).isNull();
        assertThat(directory.registrationCount()).isZero();
        assertThat(directory.nameCount()).isZero();
        directory.register(one, "orders", "");
        assertThat(view.nodesOf("orders")).containsExactly(node(1));
    }

    @Test
    void whatThisBrokerHasIsBuriedWhenItIsDeletedHere() {
        Peer own = directory.thisNode(thisNode());
        Peer one = directory.connected(node(1));
        directory.register(own, "orders", "billing");
        directory.register(one, "orders", "audit");
        directory.deleteTopic("orders");
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(view.channels("orders")).containsExactly("billing");
        assertThat(directory.deleteChannel("orders", "billing")).isTrue();
        assertThat(view.channels("orders")).containsExactly("billing");
        pass(45);
        assertThat(view.nodesOf("orders")).containsExactly(thisNode());
        assertThat(directory.registrationCount()).isEqualTo(2);
    }

    @Test
    void whatThisBrokerDeletesLeavesNoName() {
        Peer own = directory.thisNode(thisNode());
        Peer one = directory.connected(node(1));
        directory.register(own, "orders", "billing");
        directory.register(own, "parcels", "billing");
        directory.register(one, "parcels", "");
        directory.unregister(own, "orders", "billing");
        assertThat(view.channels("orders")).isEmpty();
        directory.unregister(own, "orders", "");
        directory.unregister(own, "parcels", "");
        assertThat(view.topics()).containsExactly("parcels");
        assertThat(view.nodesOf("parcels")).containsExactly(node(1));
        pass(10_000);
        assertThat(view.nodes()).as("it is always there").containsExactly(thisNode());
    }

    @Test
    void whatWasKnownBeforeStandsUntilTheNodeHasPinged() {
        Peer before = directory.lastKnown(node(1));
        directory.register(before, "orders", "billing");
        directory.register(before, "gone", "");
        Peer one = directory.connected(node(1));
        assertThat(view.nodesOf("orders")).as("not registered yet").containsExactly(node(1));
        directory.register(one, "orders", "");
        assertThat(view.nodesOf("orders")).as("not twice").containsExactly(node(1));
        assertThat(view.nodes()).containsExactly(node(1));
        assertThat(view.nodesOf("gone")).containsExactly(node(1));
        directory.ping(one);
        assertThat(view.nodesOf("gone")).isEmpty();
        assertThat(view.nodesOf("orders")).containsExactly(node(1));
        directory.leave(one);
        assertThat(view.nodesOf("orders")).isEmpty();
        assertThat(directory.registrationCount()).isZero();
    }

    @Test
    void whatWasKnownBeforeGoesWithTheNodeThatCameAndWithItsDeletions() {
        Peer before = directory.lastKnown(node(1));
        directory.register(before, "orders", "billing");
        directory.register(before, "parcels", "");
        Peer one = directory.connected(node(1));
        directory.unregister(one, "orders", "");
        assertThat(view.nodesOf("orders")).isEmpty();
        directory.leave(one);
        assertThat(view.nodesOf("parcels")).isEmpty();
        assertThat(view.nodes()).isEmpty();
    }

    @Test
    void whoDoesNotComeAgainIsForgotten() {
        Peer before = directory.lastKnown(node(1));
        directory.register(before, "orders", "");
        directory.register(before, "moment#ephemeral", "");
        pass(301);
        assertThat(view.nodesOf("orders")).isEmpty();
        directory.forgetLastKnown();
        assertThat(view.topics()).containsExactly("orders");
        assertThat(directory.registrationCount()).isZero();
    }

    @Test
    void limitsHoldAndWhatIsBeyondThemChangesNothing() {
        Directory small = new Directory(TIMES, new DirectoryLimits(3, 4, 3), () -> nowNs, Runnable::run);
        Peer one = small.connected(node(1));
        Peer two = small.connected(node(2));
        assertThat(small.register(one, "a", "x")).isTrue();
        assertThat(small.register(one, "b", "y")).as("four names").isFalse();
        assertThat(small.view().topics()).containsExactly("a");
        assertThat(small.register(one, "b", "")).isTrue();
        assertThat(small.register(one, "a", "x")).as("again").isTrue();
        assertThat(small.create("c", "")).as("four names").isFalse();
        assertThat(small.create("a", "x")).as("there is").isTrue();
        assertThat(small.register(two, "a", "x")).as("five registrations").isFalse();
        assertThat(small.register(two, "a", "")).isTrue();
        small.leave(two);
        assertThat(small.deleteChannel("a", "x")).isTrue();
        assertThat(small.create("c", "")).isTrue();
        assertThat(small.register(one, "c", "")).isTrue();
        Peer own = small.thisNode(thisNode());
        assertThat(small.register(own, "d", "z"))
                .as("this broker has limits of its own")
                .isTrue();
    }

    @Test
    void whoHasLeftRegistersNothingAndIsToldOfByNobodyThoughItIsNotCleared() {
        Deque<Runnable> chores = new ArrayDeque<>();
        Directory slow = new Directory(TIMES, DirectoryLimits.defaults(), () -> nowNs, chores::add);
        Peer one = slow.connected(node(1));
        for (int i = 0; i < 1_000; i++) {
            slow.register(one, "topic" + i, "c");
        }
        slow.leave(one);
        assertThat(slow.view().nodesOf("topic7")).isEmpty();
        assertThat(slow.view().nodes()).isEmpty();
        assertThat(slow.register(one, "late", "")).isTrue();
        assertThat(slow.view().find("late")).isNull();
        slow.leave(one);
        assertThat(chores).hasSize(1);
        chores.remove().run();
        assertThat(slow.registrationCount()).isZero();
        assertThat(slow.view().topics()).hasSize(1_000);
    }

    @Test
    void everythingIsToldToWhoLooksForAMistake() {
        Peer one = directory.connected(node(1));
        directory.register(one, "orders", "billing");
        pass(2);
        directory.bury("orders", "host1:4151");
        pass(1);
        List<DirectoryView.Registered> told = new java.util.ArrayList<>();
        view.each(told::add);
        assertThat(told)
                .containsExactly(
                        new DirectoryView.Registered(
                                "orders", "", List.of(new DirectoryView.NodeState(node(1), 3_000, 1_000))),
                        new DirectoryView.Registered(
                                "orders", "billing", List.of(new DirectoryView.NodeState(node(1), 3_000, -1))));
        assertThat(view.states()).containsExactly(new DirectoryView.NodeState(node(1), 3_000, -1));
    }
}

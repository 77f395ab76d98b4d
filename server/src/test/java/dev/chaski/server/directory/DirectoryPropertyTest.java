package dev.chaski.server.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.directory.DirectoryView.Found;
import dev.chaski.server.directory.DirectoryView.NodeTopic;
import dev.chaski.server.directory.DirectoryView.NodeTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever nodes and administrators do, the directory answers as the plain {@link DirectoryModel} does. */
class DirectoryPropertyTest {
    private static final int STEPS = 3_000;
    private static final int NODES_MAX = 12;
    private static final List<String> TOPICS = List.of("a", "b", "c", "m#ephemeral");
    private static final List<String> CHANNELS = List.of("", "x", "y", "t#ephemeral");

    private long nowNs;
    private final Directory directory =
            new Directory(DirectoryTimes.defaults(), DirectoryLimits.defaults(), () -> nowNs, Runnable::run);
    private final DirectoryModel model = new DirectoryModel();
    private final List<Peer> peers = new ArrayList<>();
    private final List<DirectoryModel.Node> nodes = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void everyAnswerIsThatOfThePlainModel(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 3; i++) {
            add(
                    directory.lastKnown(TestNodes.node(i)),
                    model.add(TestNodes.node(i), DirectoryModel.Kind.LAST_KNOWN, 0));
        }
        add(
                directory.thisNode(TestNodes.thisNode()),
                model.add(TestNodes.thisNode(), DirectoryModel.Kind.THIS_NODE, 0));
        for (int step = 0; step < STEPS; step++) {
            step(random);
            check(seed, step);
        }
        for (int i = 0; i < peers.size(); i++) {
            if (!peers.get(i).isThisNode()) {
                directory.leave(peers.get(i));
                model.leave(nodes.get(i));
            }
        }
        check(seed, STEPS);
    }

    private void add(Peer peer, DirectoryModel.Node node) {
        peers.add(peer);
        nodes.add(node);
    }

    private void step(Random random) {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
        int at = random.nextInt(peers.size());
        Peer peer = peers.get(at);
        DirectoryModel.Node node = nodes.get(at);
        switch (random.nextInt(12)) {
            case 0 -> connect(random);
            case 1 -> {
                if (!peer.isThisNode() && !peer.isLastKnown()) {
                    directory.leave(peer);
                    model.leave(node);
                    peers.remove(at);
                    nodes.remove(at);
                }
            }
            case 2 -> {
                if (!peer.isLastKnown()) {
                    directory.ping(peer);
                    model.ping(node, nowNs);
                }
            }
            case 3, 4 -> {
                directory.unregister(peer, topic, channel);
                model.unregister(node, topic, channel);
            }
            case 5 -> {
                directory.create(topic, channel);
                model.create(topic, channel);
            }
            case 6 -> administer(random, topic, channel);
            case 7 -> nowNs += TimeUnit.SECONDS.toNanos(random.nextInt(60));
            default -> {
                directory.register(peer, topic, channel);
                model.register(node, topic, channel);
            }
        }
    }

    private void connect(Random random) {
        if (peers.size() < NODES_MAX) {
            KnownNode made = TestNodes.node(random.nextInt(6));
            add(directory.connected(made), model.add(made, DirectoryModel.Kind.CONNECTED, nowNs));
        }
    }

    private void administer(Random random, String topic, String channel) {
        switch (random.nextInt(3)) {
            case 0 -> {
                directory.deleteTopic(topic);
                model.deleteTopic(topic, nowNs);
            }
            case 1 ->
                assertThat(directory.deleteChannel(topic, channel)).isEqualTo(model.deleteChannel(topic, channel));
            default -> {
                String buried = random.nextInt(4) == 0 ? "here:4151" : "host" + random.nextInt(6) + ":4151";
                directory.bury(topic, buried);
                model.bury(topic, buried, nowNs);
            }
        }
    }

    private void check(long seed, int step) {
        String where = "seed " + seed + " step " + step;
        assertThat(directory.view().topics()).as(where).isEqualTo(model.topics());
        for (String topic : TOPICS) {
            Found found = directory.view().find(topic);
            assertThat(found == null ? null : found.channels()).as(where).isEqualTo(model.channels(topic));
            assertThat(directory.view().nodesOf(topic)).as(where).isEqualTo(model.nodesOf(topic, nowNs));
        }
        List<NodeTopics> told = directory.view().nodeTopics();
        assertThat(told.stream().map(NodeTopics::node).toList()).as(where).isEqualTo(model.nodes(nowNs));
        assertThat(told.stream()
                        .map(node -> node.topics().stream().map(NodeTopic::name).toList())
                        .toList())
                .as(where)
                .isEqualTo(model.topicsOfNodes(nowNs));
        assertThat(directory.nameCount()).as(where).isEqualTo(model.nameCount());
        assertThat(directory.registrationCount()).as(where).isEqualTo(model.registrationCount());
    }
}

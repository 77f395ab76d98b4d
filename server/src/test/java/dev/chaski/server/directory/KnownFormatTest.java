package dev.chaski.server.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.server.directory.KnownFormat.DamagedException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownFormatTest {
    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void whatIsWrittenIsReadAgain(long seed) throws DamagedException {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Known known = random(random);
            assertThat(KnownFormat.decode(KnownFormat.encode(known)))
                    .as("seed %d round %d", seed, i)
                    .isEqualTo(known);
        }
    }

    private static Known random(Random random) {
        List<KnownNode> nodes = new ArrayList<>();
        int nodeCount = random.nextInt(400);
        for (int i = 0; i < nodeCount; i++) {
            nodes.add(new KnownNode(
                    "hôst" + i, 1 + random.nextInt(65_535), 4151, "1.3.0", "", "[::1]:" + i, false, true));
        }
        List<Known.Topic> topics = new ArrayList<>();
        int topicCount = random.nextInt(20);
        for (int i = 0; i < topicCount; i++) {
            Map<String, BitSet> channels = new LinkedHashMap<>();
            for (int k = random.nextInt(4); k > 0; k--) {
                channels.put("c" + k, places(random, nodeCount));
            }
            topics.add(new Known.Topic("t" + i, places(random, nodeCount), channels));
        }
        return new Known(random.nextLong(), nodes, topics);
    }

    private static BitSet places(Random random, int nodeCount) {
        BitSet places = new BitSet();
        for (int i = random.nextInt(20); i > 0 && nodeCount > 0; i--) {
            places.set(random.nextInt(nodeCount));
        }
        return places;
    }

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void whatWasChangedOrCutIsRefused(long seed) {
        Random random = new Random(seed);
        byte[] bytes = KnownFormat.encode(random(random));
        for (int i = 0; i < 200; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            assertThatThrownBy(() -> KnownFormat.decode(damaged))
                    .as("seed %d", seed)
                    .isInstanceOf(DamagedException.class);
            byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            assertThatThrownBy(() -> KnownFormat.decode(cut))
                    .as("seed %d", seed)
                    .isInstanceOf(DamagedException.class);
        }
    }

    /** Somebody who writes a fitting checksum still cannot name places that are not there. */
    @Test
    void aPlaceOfNoNodeIsRefused() {
        BitSet beyond = new BitSet();
        beyond.set(3);
        Known known = new Known(1, List.of(TestNodes.node(1)), List.of(new Known.Topic("t", beyond, Map.of())));
        assertThatThrownBy(() -> KnownFormat.decode(KnownFormat.encode(known))).isInstanceOf(DamagedException.class);
        Known badName = new Known(1, List.of(), List.of(new Known.Topic("a b", new BitSet(), Map.of())));
        assertThatThrownBy(() -> KnownFormat.decode(KnownFormat.encode(badName)))
                .isInstanceOf(DamagedException.class);
    }
}

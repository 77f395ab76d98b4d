package dev.chaski.server.nsq;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Topic;
import dev.chaski.wire.Names;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the topics that a loop's connections publish to by the bytes of their names, without making a string each time.
 * Confined to its loop.
 */
final class Topics {
    /** Names that are kept; a power of two. Names that fall on the same place push each other out. */
    private static final int PLACE_COUNT = 1024;

    private final Broker broker;
    private final Deletions deletions;
    private final @Nullable TopicName[] places = new @Nullable TopicName[PLACE_COUNT];

    Topics(Broker broker, Deletions deletions) {
        this.broker = broker;
        this.deletions = deletions;
    }

    /** The name in these bytes, or null where it is not valid. */
    @Nullable
    TopicName name(ByteBuffer source, int start, int length) {
        if (length == 0 || length > Names.LENGTH_MAX) {
            return null;
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + source.get(start + i);
        }
        int place = (hash ^ hash >>> 16) & (PLACE_COUNT - 1);
        TopicName known = places[place];
        if (known != null && known.stands(source, start, length)) {
            return known;
        }
        byte[] wire = new byte[length];
        source.get(start, wire);
        String text = new String(wire, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (!Names.isValid(text)) {
            return null;
        }
        TopicName name = new TopicName(wire, text);
        places[place] = name;
        return name;
    }

    /** The topic of a name, made when missing. */
    Topic topic(TopicName name) throws BrokerException {
        int before = deletions.count();
        Topic known = name.topic(before);
        if (known == null) {
            known = broker.topic(name.text());
            name.topic(known, before);
        }
        return known;
    }
}

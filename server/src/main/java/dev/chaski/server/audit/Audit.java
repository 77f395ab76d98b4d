package dev.chaski.server.audit;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down every administrative action, also one that failed or was refused, to a logger of its own. Never a message's
 * body, never a secret. Any thread.
 */
public final class Audit {
    /** Name of the logger, so that it can go to a file of its own. */
    public static final String LOGGER = "chaski.audit";
    /** The outcome of what was done. */
    public static final String OK = "OK";

    /** Header of nsqadmin's default: what a proxy in front says who somebody is. */
    public static final String USER_HEADER_DEFAULT = "X-Forwarded-User";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final int TEXT_CHARS_MAX = 256;

    private final String userHeader;

    /**
     * An audit log.
     *
     * @param userHeader header in which a proxy in front says who somebody is
     */
    public Audit(String userHeader) {
        this.userHeader = userHeader;
    }

    /**
     * Where a proxy in front says who somebody is.
     *
     * @return a header's name
     */
    public String userHeader() {
        return userHeader;
    }

    /**
     * Who did it.
     *
     * @param user what the proxy in front says, or null
     * @param remote the other end of the connection
     */
    public record Actor(@Nullable String user, InetSocketAddress remote) {}

    /**
     * What was to be done.
     *
     * @param action such as {@code topic.delete}
     * @param topic its name, or empty
     * @param channel its name, or empty
     * @param node {@code self}, or host and HTTP port of another node
     */
    public record Act(String action, String topic, String channel, String node) {
        /**
         * Something done here.
         *
         * @param action such as {@code topic.delete}
         * @param topic its name, or empty
         * @param channel its name, or empty
         * @return on this node
         */
        public static Act here(String action, String topic, String channel) {
            return new Act(action, topic, channel, "self");
        }
    }

    /**
     * Writes one line.
     *
     * @param actor who
     * @param act what
     * @param outcome {@link #OK}, or the code of the error
     */
    public void note(Actor actor, Act act, String outcome) {
        LOG.info(
                "audit action={} outcome={} user={} remote={} topic={} channel={} node={}",
                plain(act.action()),
                plain(outcome),
                plain(actor.user()),
                actor.remote().getAddress().getHostAddress() + ":"
                        + actor.remote().getPort(),
                plain(act.topic()),
                plain(act.channel()),
                plain(act.node()));
    }

    /** One word, so that nothing that a client sends can look like another field. */
    static String plain(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "-";
        }
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), TEXT_CHARS_MAX); i++) {
            char c = text.charAt(i);
            word.append(c <= ' ' || c == '"' || c == '=' || c >= 0x7f ? '_' : c);
        }
        return word.toString();
    }
}

package dev.chaski.server.lookup;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.directory.KnownNode;
import dev.chaski.server.directory.Peer;
import dev.chaski.wire.Names;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client says and is answered, in words: nsqlookupd's protocol without its bytes. Confined to the connection's
 * loop.
 *
 * <p>Lines are of ISO 8859-1, so that what cannot be understood is told back byte by byte.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final String OK = "OK";
    /** Not fatal: a node that cannot register one topic goes on with the others. */
    private static final String FULL = "E_REGISTER_FAILED REGISTER the lookup takes no more registrations";

    private final Directory directory;
    private final String remoteAddress;
    private @Nullable Peer peer;
    private boolean isToldOfLimit;

    Session(Directory directory, String remoteAddress) {
        this.directory = directory;
        this.remoteAddress = remoteAddress;
    }

    /** Whether it has introduced itself. */
    boolean isIdentified() {
        return peer != null;
    }

    /** Whether a line asks for a body, which is carried out by {@link #identify}. */
    static boolean wantsBody(String line) {
        return line.equals("IDENTIFY") || line.startsWith("IDENTIFY ");
    }

    /** What must hold before a body is read. */
    void expectBody() throws Refusal {
        if (peer != null) {
            throw Refusal.invalid("cannot IDENTIFY again");
        }
    }

    /** Carries out {@code IDENTIFY}. */
    void identify(byte[] body) throws Refusal {
        KnownNode node = Introduction.read(new String(body, StandardCharsets.UTF_8), remoteAddress);
        peer = directory.connected(node);
        LOG.info(
                "lookup node=\"{}:{}\" http_port={} version={} client={}",
                node.broadcastAddress(),
                node.tcpPort(),
                node.httpPort(),
                node.version(),
                remoteAddress);
    }

    /** Carries out a line that wants no body, and says what is answered. */
    String execute(String line) throws Refusal {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "PING" -> ping();
            case "REGISTER" -> register(words);
            case "UNREGISTER" -> unregister(words);
            default -> throw Refusal.invalid("invalid command " + words[0]);
        };
    }

    private String ping() {
        if (peer != null) {
            directory.ping(peer);
        }
        return OK;
    }

    private String register(String[] words) throws Refusal {
        Peer self = identified();
        check(words);
        if (directory.register(self, words[1], channel(words))) {
            return OK;
        }
        if (!isToldOfLimit) {
            isToldOfLimit = true;
            LOG.warn("lookup takes no more registrations client={} topic={}", remoteAddress, words[1]);
        }
        return FULL;
    }

    private String unregister(String[] words) throws Refusal {
        Peer self = identified();
        check(words);
        directory.unregister(self, words[1], channel(words));
        return OK;
    }

    private Peer identified() throws Refusal {
        if (peer == null) {
            throw Refusal.invalid("client must IDENTIFY");
        }
        return peer;
    }

    private static String channel(String[] words) {
        return words.length > 2 ? words[2] : "";
    }

    private static void check(String[] words) throws Refusal {
        if (words.length < 2) {
            throw Refusal.invalid(words[0] + " insufficient number of params");
        }
        if (!Names.isValid(words[1])) {
            throw Refusal.of("E_BAD_TOPIC", words[0] + " topic name '" + words[1] + "' is not valid");
        }
        if (!channel(words).isEmpty() && !Names.isValid(channel(words))) {
            throw Refusal.of("E_BAD_CHANNEL", words[0] + " channel name '" + words[2] + "' is not valid");
        }
    }

    /** It says nothing any more: what it registered goes. May be told more than once. */
    void end() {
        Peer gone = peer;
        peer = null;
        if (gone != null) {
            directory.leave(gone);
            KnownNode node = gone.node();
            LOG.info(
                    "lookup node gone node=\"{}:{}\" client={}",
                    node.broadcastAddress(),
                    node.tcpPort(),
                    remoteAddress);
        }
    }
}

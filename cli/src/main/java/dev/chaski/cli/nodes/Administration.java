package dev.chaski.cli.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes, deletes, empties and pauses at all brokers and lookups, as nsqadmin does. Where several have to agree the order
 * matters: what is made is known to the lookups first, so that nodes that come later get it, too; a topic that goes is first
 * taken from what lookups tell consumers (a tombstone), or these would connect and make it again. Any thread.
 */
public final class Administration {
    /** What is done. */
    public enum Action {
        /** Make it. */
        CREATE,
        /** Remove it, with all that waits. */
        DELETE,
        /** Drop what waits. */
        EMPTY,
        /** Hold back what waits. */
        PAUSE,
        /** Let go again. */
        UNPAUSE
    }

    /** How a step ended. */
    public enum Result {
        /** It is done. */
        DONE,
        /** It has no such topic or channel. */
        ABSENT,
        /** It would not, or answered with nonsense. */
        FAILED,
        /** It did not answer. */
        UNREACHABLE
    }

    /**
     * What one of them did.
     *
     * @param where who
     * @param isLookup whether it is a lookup, not a broker
     * @param result how it ended
     * @param text what is to be told where it did not go well, or empty
     */
    public record Step(HttpAddress where, boolean isLookup, Result result, String text) {}

    private final Nodes nodes;

    /**
     * Does nothing yet.
     *
     * @param nodes who there is
     */
    public Administration(Nodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Does it everywhere, and goes on where one of them fails.
     *
     * @param action what
     * @param topic of this name
     * @param channel of this name, or empty for the topic itself
     * @return what each did, in the order in which they were asked
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public List<Step> run(Action action, String topic, String channel) throws InterruptedException {
        Found found = nodes.find();
        List<Step> steps = new ArrayList<>();
        found.failures().forEach(failure -> steps.add(unreached(failure)));
        List<HttpAddress> lookups = new ArrayList<>(nodes.lookups());
        lookups.removeAll(found.failures().stream().map(Failure::where).toList());
        String path =
                (channel.isEmpty() ? "topic/" : "channel/") + action.name().toLowerCase(Locale.ROOT);
        List<HttpAddress> brokers = found.nodes().stream().map(Node::address).toList();
        switch (action) {
            case CREATE -> {
                steps.addAll(post(lookups, true, path, topic, channel));
                steps.addAll(post(brokers, false, path, topic, channel));
            }
            case DELETE -> {
                if (channel.isEmpty()) {
                    steps.addAll(tombstones(lookups, brokers, topic));
                    steps.addAll(post(brokers, false, path, topic, channel));
                    steps.addAll(post(lookups, true, path, topic, channel));
                } else {
                    steps.addAll(post(lookups, true, path, topic, channel));
                    steps.addAll(post(brokers, false, path, topic, channel));
                }
            }
            case EMPTY, PAUSE, UNPAUSE -> steps.addAll(post(brokers, false, path, topic, channel));
        }
        return steps;
    }

    private static Step unreached(Failure failure) {
        return new Step(
                failure.where(), true, failure.isUnreachable() ? Result.UNREACHABLE : Result.FAILED, failure.what());
    }

    private List<Step> post(List<HttpAddress> whom, boolean isLookup, String path, String topic, String channel)
            throws InterruptedException {
        return FanOut.ask(
                        whom,
                        address -> address,
                        address -> step(address, isLookup, path, "topic", topic, "channel", channel))
                .values();
    }

    /** Only what went wrong is worth a line: this is a means. */
    private List<Step> tombstones(List<HttpAddress> lookups, List<HttpAddress> brokers, String topic)
            throws InterruptedException {
        List<Step> failed = new ArrayList<>();
        for (HttpAddress broker : brokers) {
            FanOut.ask(
                            lookups,
                            address -> address,
                            lookup -> step(lookup, true, "topic/tombstone", "topic", topic, "node", broker.toString()))
                    .values()
                    .stream()
                    .filter(step -> step.result() == Result.FAILED || step.result() == Result.UNREACHABLE)
                    .forEach(failed::add);
        }
        return failed;
    }

    private Step step(HttpAddress to, boolean isLookup, String path, String... query) throws InterruptedException {
        try {
            nodes.http().post(to, path, query);
            return new Step(to, isLookup, Result.DONE, "");
        } catch (AskException e) {
            Result result = switch (e.kind()) {
                case NOT_FOUND -> Result.ABSENT;
                case UNREACHABLE -> Result.UNREACHABLE;
                case REFUSED, MALFORMED -> Result.FAILED;
            };
            return new Step(to, isLookup, result, e.what());
        }
    }
}

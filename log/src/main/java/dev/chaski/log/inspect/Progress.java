package dev.chaski.log.inspect;

/** Is told how far a look is. Called by the thread that looks, after each segment and each record that is verified. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress NONE = (doneBytes, allBytes, stream) -> {};

    /**
     * How far it is.
     *
     * @param doneBytes of {@code allBytes}, roughly: a running broker changes them
     * @param allBytes of the segments' files
     * @param stream the stream that is being read
     */
    void at(long doneBytes, long allBytes, int stream);
}

package dev.chaski.engine;

/** Told what became of publishes, in their order, on the loop of the {@link Publisher} they went through. */
public interface PublishListener {
    /**
     * The next publishes are as safe as was asked for.
     *
     * @param publishes how many {@link Publisher#answer} calls this answers, 1 or more
     */
    void published(int publishes);

    /**
     * The next publishes were refused, and nothing of them is kept.
     *
     * @param publishes how many {@link Publisher#answer} calls this answers, 1 or more
     * @param why the reason
     */
    void refused(int publishes, BrokerException why);
}

package dev.chaski.log;

/** Makes everything stand still while a snapshot notes what there is. */
@FunctionalInterface
public interface SnapshotMoment {
    /**
     * Runs a step while nothing is appended to a stream or to the change log, and no stream is made or deleted. May run
     * it again where the standstill did not last: the last run counts.
     *
     * @param step notes what there is, in memory alone
     * @throws LogException where there was no such moment
     * @throws InterruptedException where the thread is to end
     */
    void during(Step step) throws LogException, InterruptedException;

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Step {
        /**
         * Notes what there is.
         *
         * @throws LogException where the store is closed
         */
        void run() throws LogException;
    }
}

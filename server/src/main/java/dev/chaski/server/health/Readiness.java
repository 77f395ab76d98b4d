package dev.chaski.server.health;

/** How far the broker is: set by who starts and closes it, read by any thread. */
public final class Readiness {
    /** How far. */
    public enum Stage {
        /** It recovers, or opens its doors. */
        STARTING,
        /** All doors are open. */
        SERVING,
        /** It answers what it has, and ends. */
        DRAINING
    }

    private volatile Stage stage = Stage.STARTING;

    /** It starts. */
    public Readiness() {}

    /**
     * Goes on to a stage.
     *
     * @param next the stage
     */
    public void reach(Stage next) {
        stage = next;
    }

    Stage stage() {
        return stage;
    }
}

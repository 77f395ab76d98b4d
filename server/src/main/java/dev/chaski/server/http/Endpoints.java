package dev.chaski.server.http;

/** Something that serves paths of its own at every HTTP door. */
public interface Endpoints {
    /**
     * Names its paths, before the door opens.
     *
     * @param router finds what is asked for
     */
    void addTo(Router router);
}

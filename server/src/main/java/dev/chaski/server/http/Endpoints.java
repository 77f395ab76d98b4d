package dev.chaski.server.http;

/** Something that serves paths of its own at every HTTP door. */
public interface Endpoints {
    /**
     * Names its paths. Once for each door, when a request first asks for one of them; on any thread.
     *
     * @param router finds what is asked for
     */
    void addTo(Router router);
}

package dev.chaski.server.auth;

import java.util.List;

/** What a client may do, until when. Immutable. */
public final class Authorization {
    private final String identity;
    private final String identityUrl;
    private final List<Grant> grants;
    private final long expiresNs;

    Authorization(String identity, String identityUrl, List<Grant> grants, long expiresNs) {
        this.identity = identity;
        this.identityUrl = identityUrl;
        this.grants = List.copyOf(grants);
        this.expiresNs = expiresNs;
    }

    /**
     * Who the client is.
     *
     * @return a name, may be empty
     */
    public String identity() {
        return identity;
    }

    /**
     * Where to read more of the client.
     *
     * @return a URL, may be empty
     */
    public String identityUrl() {
        return identityUrl;
    }

    /**
     * How many permissions it has.
     *
     * @return 0 or more
     */
    public int grantCount() {
        return grants.size();
    }

    /**
     * Whether the server must be asked again.
     *
     * @param nowNs the clock that {@link AuthServers} was given, in nanoseconds
     * @return true from its time to live on
     */
    public boolean isExpired(long nowNs) {
        return nowNs - expiresNs >= 0;
    }

    /**
     * Whether the client may publish.
     *
     * @param topic to which topic
     * @return true where one permission allows it
     */
    public boolean mayPublish(String topic) {
        return allows(topic, "");
    }

    /**
     * Whether the client may subscribe.
     *
     * @param topic to which topic
     * @param channel to which channel, not empty
     * @return true where one permission allows it
     */
    public boolean maySubscribe(String topic, String channel) {
        return allows(topic, channel);
    }

    private boolean allows(String topic, String channel) {
        for (Grant grant : grants) {
            if (grant.allows(topic, channel)) {
                return true;
            }
        }
        return false;
    }
}

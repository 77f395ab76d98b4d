package dev.chaski.server.auth;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One of the permissions that an authorization server gave. The patterns may match anywhere in a name.
 *
 * @param topic which topics
 * @param channels which channels; a publisher's must match the empty name
 * @param maySubscribe whether it lets subscribe
 * @param mayPublish whether it lets publish
 */
record Grant(Pattern topic, List<Pattern> channels, boolean maySubscribe, boolean mayPublish) {
    /** Whether it lets subscribe to a channel, or, where that is empty, publish to the topic. */
    boolean allows(String topicName, String channelName) {
        if (channelName.isEmpty() ? !mayPublish : !maySubscribe) {
            return false;
        }
        if (!topic.matcher(topicName).find()) {
            return false;
        }
        for (Pattern channel : channels) {
            if (channel.matcher(channelName).find()) {
                return true;
            }
        }
        return false;
    }
}

package dev.chaski.bus.http;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * To whom a message is owed: a queue, one broadcast subscription, or whoever comes first.
 *
 * @param topic of the message
 * @param version the queue's name, or {@link Records#BROADCAST}; empty for whoever comes first
 * @param node the id of a broadcast subscription's node, otherwise empty
 */
record Target(String topic, String version, String node) {
    static Target first(String topic) {
        return new Target(topic, "", "");
    }

    boolean isForTheFirst() {
        return version.isEmpty();
    }

    boolean isQueue() {
        return !version.isEmpty() && node.isEmpty();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(topic);
        out.writeUTF(version);
        out.writeUTF(node);
    }

    static Target read(DataInputStream in) throws IOException {
        return new Target(in.readUTF(), in.readUTF(), in.readUTF());
    }
}

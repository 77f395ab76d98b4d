package dev.chaski.bus.memory;

import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One user's view of an exchange: its subscriptions end with it. Any thread. */
final class MemoryLink implements Link {
    private final String name;
    private final Exchange exchange;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();

    MemoryLink(String name, Exchange exchange) {
        this.name = name;
        this.exchange = exchange;
    }

    @Override
    public String address() {
        return "memory:" + name;
    }

    @Override
    public void publish(String topic, Message message) {
        exchange.publish(topic, message);
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        Member member = exchange.subscribe(topic, options, receiver);
        members.add(member);
        member.start();
        return () -> {
            members.remove(member);
            exchange.unsubscribe(topic, member);
        };
    }

    @Override
    public void close() {
        // What each of them held went back to its queue when its feed was closed.
        members.forEach(Member::close);
    }
}

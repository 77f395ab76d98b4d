package dev.chaski.bus.contract;

import dev.chaski.bus.Event;
import dev.chaski.bus.Handler;
import dev.chaski.bus.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handler that keeps what it got. Any thread. */
final class Inbox implements Handler {
    private final List<Message> messages = new CopyOnWriteArrayList<>();

    @Override
    public void handle(Event event) {
        messages.add(event.message());
    }

    List<Message> messages() {
        return messages;
    }

    List<String> texts() {
        return messages.stream().map(Message::text).toList();
    }

    int size() {
        return messages.size();
    }
}

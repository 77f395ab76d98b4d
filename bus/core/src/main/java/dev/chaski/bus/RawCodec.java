package dev.chaski.bus;

/** The body alone. */
final class RawCodec implements Codec {
    @Override
    public String name() {
        return "raw";
    }

    @Override
    public byte[] encode(Message message) {
        if (!message.headers().isEmpty()) {
            throw new BusException("the codec raw carries no headers, and the message has "
                    + message.headers().keySet());
        }
        return message.body();
    }

    @Override
    public Message decode(byte[] bytes) {
        return Message.of(bytes);
    }
}

package dev.chaski.cli.relay;

import dev.chaski.client.ClientException;
import dev.chaski.client.InterruptedClientException;
import dev.chaski.client.Producer;

/** A broker: a message is taken when it acknowledged it. Any thread. */
public final class NsqDestination implements Destination {
    private final String address;
    private final Producer producer;

    /**
     * Publishes to a broker.
     *
     * @param address what people call it
     * @param producer of that one; closed with this
     */
    public NsqDestination(String address, Producer producer) {
        this.address = address;
        this.producer = producer;
    }

    @Override
    public void send(String topic, byte[] body) throws RelayException, InterruptedException {
        try {
            producer.publish(topic, body);
        } catch (InterruptedClientException e) {
            Thread.interrupted(); // the exception says it
            throw new InterruptedException(e.getMessage());
        } catch (ClientException | IllegalArgumentException e) {
            throw new RelayException(address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isReady() {
        return producer.stats().server().isPresent();
    }

    @Override
    public String name() {
        return address;
    }

    @Override
    public void close() {
        producer.close();
    }
}

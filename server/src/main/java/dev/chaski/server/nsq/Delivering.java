package dev.chaski.server.nsq;

import dev.chaski.engine.Consumer;
import dev.chaski.log.Region;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;

/** A connection as the engine sees it: takes the messages that come, and says what it wants. Confined to its loop. */
final class Delivering implements Consumer {
    /** Frames up to this are copied with what else goes out; longer ones are sent from the segment. */
    private static final int COPY_BYTES_MAX = 8 << 10;

    private final Connection client;

    Delivering(Connection client) {
        this.client = client;
    }

    @Override
    public boolean isWritable() {
        return client.channel().isWritable();
    }

    @Override
    public void deliver(Region region, int position, int length, int count, int attempts) {
        if (client.isClosing()) {
            return;
        }
        Output output = client.output();
        if (attempts > 1) {
            output.copy(region.bytes(), position, length, attempts);
        } else if (length <= COPY_BYTES_MAX || !client.negotiation().isPlain()) {
            output.copy(region.bytes(), position, length);
        } else {
            region.retain();
            output.slice(Unpooled.wrappedBuffer(region.bytes().slice(position, length)), region::release);
        }
    }

    @Override
    public void delivered() {
        client.output().flush();
    }

    @Override
    public void channelClosed() {
        client.close();
    }

    @Override
    public long msgTimeoutMs() {
        return client.settings().msgTimeoutMs();
    }

    @Override
    public int sampleRate() {
        return client.settings().sampleRate();
    }

    @Override
    public int distance() {
        NsqFeatures here = client.door().config().features();
        if (!here.topologyAware()) {
            return 0;
        }
        ClientSettings there = client.settings();
        if (!here.topologyZone().isEmpty() && here.topologyZone().equals(there.zone())) {
            return 0;
        }
        return !here.topologyRegion().isEmpty() && here.topologyRegion().equals(there.region()) ? 1 : 2;
    }

    @Override
    public Map<String, String> labels() {
        ClientSettings settings = client.settings();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("client_id", settings.clientId());
        labels.put("hostname", settings.hostname());
        labels.put("user_agent", settings.userAgent());
        labels.put("remote_address", client.remoteAddress());
        return labels;
    }
}

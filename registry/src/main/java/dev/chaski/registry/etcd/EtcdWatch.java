package dev.chaski.registry.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a service's keys, then waits for the first change after that, and so on, on its own virtual thread. It is begun
 * anew every now and then, so that a connection which silently died is noticed.
 */
final class EtcdWatch implements Registry.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
    private static final Duration RENEWAL = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final EtcdGateway gateway;
    private final String prefix;
    private final ChangeFilter filter;
    private final Consumer<EtcdWatch> whenClosed;
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile @Nullable InputStream open;

    EtcdWatch(EtcdGateway gateway, String service, ChangeFilter filter, Consumer<EtcdWatch> whenClosed) {
        this.gateway = gateway;
        this.prefix = EtcdFormat.folder(service);
        this.filter = filter;
        this.whenClosed = whenClosed;
        this.thread = Thread.ofVirtual().name("etcd-watch-" + service).start(this::run);
    }

    private void run() {
        boolean isFailing = false;
        while (!isClosed) {
            try {
                follow();
                isFailing = false;
            } catch (RegistryException | IOException e) {
                if (!isFailing && !isClosed) {
                    LOG.warn("watch interrupted prefix={} error=\"{}\"; trying again", prefix, e.toString());
                }
                isFailing = true;
            }
            if (isFailing && !isClosed) {
                try {
                    Thread.sleep(RETRY);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    /** Until the connection ends or is renewed. */
    private void follow() throws IOException {
        long revision = read();
        ObjectNode create = EtcdFormat.range(prefix).put("start_revision", Long.toString(revision + 1));
        ObjectNode request = EtcdGateway.JSON.createObjectNode();
        request.set("create_request", create);
        try (InputStream stream = gateway.stream("/v3/watch", request)) {
            open = stream;
            boolean[] isRenewed = new boolean[1];
            CompletableFuture<Void> renewal = CompletableFuture.runAsync(
                    () -> {
                        isRenewed[0] = true;
                        end(stream);
                    },
                    CompletableFuture.delayedExecutor(RENEWAL.toSeconds(), TimeUnit.SECONDS));
            try (MappingIterator<JsonNode> answers =
                    EtcdGateway.JSON.readerFor(JsonNode.class).readValues(stream)) {
                while (!isClosed && answers.hasNextValue()) {
                    JsonNode result = answers.nextValue().path("result");
                    if (!result.path("events").isEmpty()) {
                        read();
                    }
                    if (result.path("canceled").asBoolean()) {
                        // It asks for a revision that is compacted away: begin with a new one.
                        return;
                    }
                }
            } catch (IOException e) {
                if (!isRenewed[0] && !isClosed) {
                    throw e;
                }
            } finally {
                renewal.cancel(false);
            }
        }
    }

    /** Tells what is there, and returns the revision that this was. */
    private long read() {
        JsonNode answer = gateway.call("/v3/kv/range", EtcdFormat.range(prefix));
        filter.tell(EtcdFormat.services(answer));
        return answer.path("header").path("revision").asLong();
    }

    private static void end(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("watch not closed error=\"{}\"", e.toString());
        }
    }

    @Override
    public void close() {
        isClosed = true;
        InputStream stream = open;
        if (stream != null) {
            end(stream);
        }
        thread.interrupt();
        whenClosed.accept(this);
    }
}

package dev.chaski.registry.etcd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a service registered: its keys hang on a lease, which is kept alive three times in its life. Where the lease or
 * a key is gone, both are made anew. After {@link #begin} everything runs on its own virtual thread.
 */
final class EtcdLease implements Registry.Registration {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdLease.class);
    private static final int ROUNDS_PER_LIFE = 3;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final EtcdGateway gateway;
    private final Service service;
    private final Duration ttl;
    private final Consumer<EtcdLease> whenClosed;
    private final Thread thread;
    private volatile boolean isClosed;
    private boolean isFailing;
    private String lease = "";

    EtcdLease(EtcdGateway gateway, Service service, Duration ttl, Consumer<EtcdLease> whenClosed) {
        this.gateway = gateway;
        this.service = service;
        this.ttl = ttl;
        this.whenClosed = whenClosed;
        this.thread = Thread.ofVirtual().name("etcd-lease-" + service.name()).unstarted(this::keep);
    }

    /** Returns when the keys are there. */
    void begin() {
        announce();
        thread.start();
    }

    private void keep() {
        Duration pause = ttl.dividedBy(ROUNDS_PER_LIFE);
        while (!isClosed) {
            try {
                Thread.sleep(isFailing && RETRY.compareTo(pause) < 0 ? RETRY : pause);
                keepAlive();
                if (isFailing) {
                    LOG.info("registered again service={} version={}", service.name(), service.version());
                }
                isFailing = false;
            } catch (InterruptedException e) {
                return;
            } catch (RegistryException e) {
                report(e);
            }
        }
    }

    private void report(RegistryException e) {
        if (!isClosed && !isFailing) {
            LOG.warn(
                    "registration may end service={} version={} error=\"{}\"; trying again",
                    service.name(),
                    service.version(),
                    e.getMessage());
        }
        isFailing = true;
    }

    private synchronized void keepAlive() {
        ObjectNode request = EtcdGateway.JSON.createObjectNode().put("ID", lease);
        boolean isAlive = gateway.call("/v3/lease/keepalive", request)
                        .path("result")
                        .path("TTL")
                        .asLong()
                > 0;
        if (!isClosed && (!isAlive || !areKeysThere())) {
            announce();
        }
    }

    private boolean areKeysThere() {
        for (Node node : service.nodes()) {
            ObjectNode request = EtcdGateway.JSON.createObjectNode();
            request.put("key", EtcdFormat.base64(EtcdFormat.key(service.name(), node.id())));
            request.put("count_only", true);
            if (gateway.call("/v3/kv/range", request).path("count").asLong() == 0) {
                return false;
            }
        }
        return true;
    }

    private synchronized void announce() {
        ObjectNode request = EtcdGateway.JSON.createObjectNode().put("TTL", ttl.toSeconds());
        lease = gateway.call("/v3/lease/grant", request).path("ID").asText();
        if (lease.isEmpty()) {
            throw new RegistryException("etcd granted no lease");
        }
        for (Node node : service.nodes()) {
            ObjectNode put = EtcdGateway.JSON.createObjectNode();
            put.put("key", EtcdFormat.base64(EtcdFormat.key(service.name(), node.id())));
            put.put("value", EtcdFormat.base64(EtcdFormat.value(service, node)));
            put.put("lease", lease);
            gateway.call("/v3/kv/put", put);
        }
    }

    /** Revokes the lease, and the keys with it; where etcd cannot be reached they go when its time is over. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        thread.interrupt();
        synchronized (this) {
            try {
                gateway.call(
                        "/v3/lease/revoke", EtcdGateway.JSON.createObjectNode().put("ID", lease));
            } catch (RegistryException e) {
                LOG.warn(
                        "lease not revoked service={} error=\"{}\"; its nodes are seen for up to {} s more",
                        service.name(),
                        e.getMessage(),
                        ttl.toSeconds());
            }
        }
        whenClosed.accept(this);
    }
}

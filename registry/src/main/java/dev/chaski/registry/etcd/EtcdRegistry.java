package dev.chaski.registry.etcd;

import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Registry;
import dev.chaski.registry.Service;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A registry in etcd, shared with programs that use Go Micro's. Any thread. */
final class EtcdRegistry implements Registry {
    private final EtcdGateway gateway;
    private final Duration ttl;
    private final Set<EtcdLease> leases = ConcurrentHashMap.newKeySet();
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();

    EtcdRegistry(EtcdGateway gateway, Duration ttl) {
        this.gateway = gateway;
        this.ttl = ttl;
    }

    @Override
    public Registration register(Service service) {
        EtcdLease lease = new EtcdLease(gateway, service, ttl, leases::remove);
        lease.begin();
        leases.add(lease);
        return lease;
    }

    @Override
    public List<Service> find(String name) {
        return EtcdFormat.services(gateway.call("/v3/kv/range", EtcdFormat.range(EtcdFormat.folder(name))));
    }

    @Override
    public List<String> names() {
        return EtcdFormat.services(gateway.call("/v3/kv/range", EtcdFormat.range(EtcdFormat.PREFIX))).stream()
                .map(Service::name)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public Watch watch(String name, Consumer<List<Service>> listener) {
        EtcdWatch watch = new EtcdWatch(gateway, name, new ChangeFilter(listener), watches::remove);
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        Set.copyOf(watches).forEach(EtcdWatch::close);
        Set.copyOf(leases).forEach(EtcdLease::close);
        gateway.close();
    }
}

package dev.chaski.server.admin;

import java.time.InstantSource;

/** What answers the API's requests, put together with the first of them. Any thread. */
final class AdminParts implements AutoCloseable {
    private final AdminConfig config;
    private final AdminServices services;
    private final Guard guard;
    private final Sampler sampler;
    private final OwnNode own;
    private final Cluster cluster;
    private final Figures figures;
    private final Actions actions;

    AdminParts(AdminConfig config, AdminServices services) {
        this.config = config;
        this.services = services;
        guard = new Guard(config, services.audit().userHeader());
        sampler = new Sampler(services.broker(), InstantSource.system());
        own = new OwnNode(services, sampler);
        cluster = new Cluster(config);
        figures = new Figures(own, cluster);
        actions = new Actions(this);
    }

    AdminConfig config() {
        return config;
    }

    AdminServices services() {
        return services;
    }

    Guard guard() {
        return guard;
    }

    Sampler sampler() {
        return sampler;
    }

    OwnNode own() {
        return own;
    }

    Cluster cluster() {
        return cluster;
    }

    Figures figures() {
        return figures;
    }

    Actions actions() {
        return actions;
    }

    @Override
    public void close() {
        sampler.close();
        cluster.close();
    }
}

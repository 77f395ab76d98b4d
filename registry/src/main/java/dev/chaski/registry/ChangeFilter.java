package dev.chaski.registry;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a watch's listener only what it has not been told. Any thread; the listener sees one at a time. */
public final class ChangeFilter {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeFilter.class);

    private final Consumer<List<Service>> listener;
    private @Nullable List<Service> told;

    /**
     * Nothing is told yet.
     *
     * @param listener whom to tell
     */
    public ChangeFilter(Consumer<List<Service>> listener) {
        this.listener = listener;
    }

    /**
     * Tells the listener, if this is new to it. What it throws is logged.
     *
     * @param services all that is known now, as {@link Service#merge} gives it
     */
    public synchronized void tell(List<Service> services) {
        if (services.equals(told)) {
            return;
        }
        told = services;
        try {
            listener.accept(services);
        } catch (RuntimeException e) {
            LOG.error("watch failed services={}; it is told again when they change", services.size(), e);
        }
    }
}

package dev.chaski.registry.mdns;

import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Announces services on the local network and hears those of others, with the records of Go Micro. One thread per
 * network interface reads, one more repeats questions and forgets; all else is done by the caller's. Any thread.
 *
 * <p>The first question about a service takes {@link #LISTENING_MS}, for that is how long others may take to answer;
 * later ones are answered from what was heard.
 */
final class MdnsRegistry implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(MdnsRegistry.class);
    private static final long LISTENING_MS = 100;
    private static final long TICK_MS = 1_000;
    /** Ticks between two questions at most; a node is forgotten after 120 seconds. */
    private static final int QUESTION_TICKS_MAX = 30;

    private final List<MulticastLink> links;
    private final Sightings sightings = new Sightings(System::nanoTime);
    private final Set<Service> announced = ConcurrentHashMap.newKeySet();
    /** What is asked for, and in how many ticks again. */
    private final Map<Name, int[]> asked = new ConcurrentHashMap<>();

    private final Set<Object> watches = ConcurrentHashMap.newKeySet();
    private final List<Thread> readers = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mdns-clock").factory());

    MdnsRegistry(List<MulticastLink> links) {
        this.links = links;
        for (MulticastLink link : links) {
            readers.add(Thread.ofPlatform()
                    .daemon()
                    .name("mdns-reader")
                    .start(() -> link.receive((bytes, sender) -> read(link, bytes, sender))));
        }
        clock.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Registration register(Service service) {
        announce(service, MdnsFormat.TTL_S);
        announced.add(service);
        // A packet may be lost, so it is said twice (RFC 6762, section 8.3).
        clock.schedule(
                () -> {
                    if (announced.contains(service)) {
                        announce(service, MdnsFormat.TTL_S);
                    }
                },
                TICK_MS,
                TimeUnit.MILLISECONDS);
        return () -> {
            if (announced.remove(service)) {
                announce(service, 0);
            }
        };
    }

    private void announce(Service service, int ttlS) {
        List<byte[]> packets = new ArrayList<>();
        for (Node node : service.nodes()) {
            List<Record> records = MdnsFormat.records(service, node, ttlS);
            Message message = MdnsFormat.answer(records);
            packets.add(message.toWire());
            // Heard at once by this registry itself, whatever the network does.
            sightings.heard(MdnsFormat.sightings(message, new InetSocketAddress(MulticastLink.PORT)), Map.of());
        }
        packets.forEach(packet -> links.forEach(link -> link.multicast(packet)));
    }

    @Override
    public List<Service> find(String name) {
        ask(MdnsNames.service(name), true);
        return sightings.find(name);
    }

    @Override
    public List<String> names() {
        ask(MdnsNames.listing(), true);
        return sightings.names();
    }

    @Override
    public Watch watch(String name, Consumer<List<Service>> listener) {
        Object key = new Object();
        watches.add(key);
        sightings.watch(key, name, new ChangeFilter(listener));
        ask(MdnsNames.service(name), false);
        return () -> {
            watches.remove(key);
            sightings.unwatch(key);
        };
    }

    private void ask(Name name, boolean waits) {
        if (asked.putIfAbsent(name, new int[] {1, 1}) != null) {
            return;
        }
        byte[] query = MdnsFormat.query(name);
        links.forEach(link -> link.multicast(query));
        if (waits) {
            try {
                Thread.sleep(LISTENING_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("interrupted while the network was asked", e);
            }
        }
    }

    /** On the clock's thread. */
    private void tick() {
        try {
            sightings.expire();
            asked.forEach((name, ticks) -> {
                if (--ticks[0] == 0) {
                    ticks[1] = Math.min(ticks[1] * 2, QUESTION_TICKS_MAX);
                    ticks[0] = ticks[1];
                    byte[] query = MdnsFormat.query(name);
                    links.forEach(link -> link.multicast(query));
                }
            });
        } catch (RuntimeException e) {
            LOG.error("mdns tick failed", e);
        }
    }

    private void read(MulticastLink link, byte[] bytes, InetSocketAddress sender) {
        try {
            Message message = new Message(bytes);
            if (message.getHeader().getFlag(Flags.QR)) {
                sightings.heard(MdnsFormat.sightings(message, sender), MdnsFormat.listings(message));
            } else {
                reply(link, message, sender);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("packet ignored from={} error=\"{}\"", sender, e.toString());
        }
    }

    private void reply(MulticastLink link, Message query, InetSocketAddress sender) {
        for (Record question : query.getSection(Section.QUESTION)) {
            for (List<Record> records : matching(question)) {
                Message answer = MdnsFormat.answer(records);
                if (sender.getPort() == MulticastLink.PORT) {
                    link.multicast(answer.toWire());
                } else {
                    // A plain resolver: it wants its own number back (RFC 6762, section 6.7).
                    Header header = answer.getHeader();
                    header.setID(query.getHeader().getID());
                    link.send(answer.toWire(), sender);
                }
            }
        }
    }

    /** One list per answer: each is a packet of its own, as Go Micro sends them. */
    private List<List<Record>> matching(Record question) {
        List<List<Record>> answers = new ArrayList<>();
        for (Service service : announced) {
            if (question.getName().equals(MdnsNames.listing())) {
                answers.add(MdnsFormat.listing(service.name()));
            }
            for (Node node : service.nodes()) {
                Name name = MdnsNames.node(service.name(), MdnsNames.label(service.name(), node.id()));
                boolean isAsked = question.getName().equals(MdnsNames.service(service.name()))
                        || question.getName().equals(name);
                if (isAsked
                        && (question.getType() == Type.PTR
                                || question.getType() == Type.ANY
                                || question.getName().equals(name))) {
                    answers.add(MdnsFormat.records(service, node, MdnsFormat.TTL_S));
                }
            }
        }
        return answers;
    }

    @Override
    public void close() {
        watches.forEach(sightings::unwatch);
        for (Service service : announced) {
            announce(service, 0);
        }
        announced.clear();
        clock.shutdownNow();
        links.forEach(MulticastLink::close);
    }
}

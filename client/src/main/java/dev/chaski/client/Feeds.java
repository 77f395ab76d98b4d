package dev.chaski.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The servers that a consumer is subscribed at, or tries to be: those it was given, and those that lookups name. One that
 * no lookup names any more is kept while it is connected. Any thread; each feed has a virtual thread of its own.
 */
final class Feeds {
    /** How long a lookup may keep a consumer from a server whose connection broke. */
    private static final long ANSWER_WAIT_NS = TimeUnit.SECONDS.toNanos(2);

    private final ConsumerBuilder settings;
    private final Feed.Owner owner;
    private final Set<ServerAddress> fixed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ServerAddress, Feed> feeds = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Condition answered = lock.newCondition();
    private Set<ServerAddress> named = Set.of();
    private long answers;
    private boolean isStopped;

    Feeds(ConsumerBuilder settings, Feed.Owner owner) {
        this.settings = settings;
        this.owner = owner;
        fixed = Set.copyOf(settings.servers());
    }

    void start() {
        fixed.forEach(this::add);
    }

    /** Lookups answered; where not all did, what was named before counts, too. */
    void named(Set<ServerAddress> servers, boolean isWhole) {
        lock.lock();
        try {
            Set<ServerAddress> all = new HashSet<>(servers);
            if (!isWhole) {
                all.addAll(named);
            }
            named = all;
            all.forEach(this::add);
            answers++;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(ServerAddress address) {
        lock.lock();
        try {
            if (!isStopped && !feeds.containsKey(address)) {
                Feed feed = new Feed(address, settings, owner, new Guide(address));
                feeds.put(address, feed);
                threads.removeIf(thread -> !thread.isAlive());
                threads.add(Thread.ofVirtual().name("chaski-feed-" + address).start(feed::run));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Asked before each try to connect; who is not wanted is forgotten, and its feed ends. */
    private boolean isWanted(ServerAddress address) {
        lock.lock();
        try {
            boolean isWanted = fixed.contains(address) || named.contains(address);
            if (!isWanted) {
                feeds.remove(address);
            }
            return isWanted;
        } finally {
            lock.unlock();
        }
    }

    /** Connects no more. */
    void stop() {
        lock.lock();
        try {
            isStopped = true;
            feeds.values().forEach(Feed::stop);
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Subscription> subscriptions() {
        lock.lock();
        try {
            return feeds.values().stream()
                    .map(Feed::subscription)
                    .filter(Objects::nonNull)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what still tries, and waits for all to end. After {@link #stop}. */
    void awaitEnd() throws InterruptedException {
        List<Thread> all;
        lock.lock();
        try {
            all = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        all.forEach(Thread::interrupt);
        for (Thread thread : all) {
            thread.join();
        }
    }

    /** For one server. */
    private final class Guide implements Feed.Guide {
        private final ServerAddress address;

        Guide(ServerAddress address) {
            this.address = address;
        }

        @Override
        public boolean isWanted() {
            return Feeds.this.isWanted(address);
        }

        @Override
        public long answers() {
            lock.lock();
            try {
                return answers;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void awaitAnswerAfter(long seen) throws InterruptedException {
            lock.lock();
            try {
                long leftNs = ANSWER_WAIT_NS;
                while (!fixed.contains(address) && !isStopped && answers <= seen && leftNs > 0) {
                    leftNs = answered.awaitNanos(leftNs);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}

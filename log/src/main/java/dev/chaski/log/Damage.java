package dev.chaski.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found to be damaged since the start. Any thread. */
final class Damage {
    /** Beyond these the log still tells each, and the list only that there are more. */
    private static final int LINES_MAX = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AtomicLong more = new AtomicLong();

    void add(String line) {
        LOG.error("damage {}", line);
        if (lines.size() < LINES_MAX) {
            lines.add(line);
        } else {
            more.incrementAndGet();
        }
    }

    List<String> lines() {
        if (more.get() == 0) {
            return List.copyOf(lines);
        }
        List<String> all = new java.util.ArrayList<>(lines);
        all.add("and " + more.get() + " more, which the log tells");
        return List.copyOf(all);
    }
}

package dev.chaski.cli.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the process may take, and what this machine or container gives. */
final class MemoryCheck {
    private static final String SUBJECT = "memory";
    /** Code, threads, class data: seen to be below this. */
    private static final long JVM_OWN_BYTES = 128L << 20;

    private final SystemFiles system;

    MemoryCheck(SystemFiles system) {
        this.system = system;
    }

    List<Finding> look() {
        long heap = Runtime.getRuntime().maxMemory();
        return look(heap, direct(heap));
    }

    private static long direct(long heap) {
        HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = bean == null
                ? 0
                : Long.parseLong(bean.getVMOption("MaxDirectMemorySize").getValue());
        return set == 0 ? heap : set;
    }

    List<Finding> look(long heap, long direct) {
        List<Finding> findings = new ArrayList<>();
        String takes = Bytes.text(heap) + " heap and " + Bytes.text(direct) + " of buffers at most";
        OptionalLong limit = cgroupLimit();
        OptionalLong available = system.field("proc/meminfo", "MemAvailable:");
        long most = heap + direct + JVM_OWN_BYTES;
        if (limit.isPresent() && limit.getAsLong() < most) {
            findings.add(Finding.warn(
                    SUBJECT,
                    takes + ", and the limit of its group is " + Bytes.text(limit.getAsLong()),
                    "the kernel may kill it under load: raise the limit above " + Bytes.text(most)
                            + ", or set CHASKI_JAVA_OPTS='-Xmx... -XX:MaxDirectMemorySize=...'"));
        } else if (available.isPresent() && available.getAsLong() < most) {
            findings.add(Finding.warn(
                    SUBJECT,
                    takes + ", and " + Bytes.text(available.getAsLong()) + " are available",
                    "end something else, or give it less by CHASKI_JAVA_OPTS"));
        } else {
            String has = available.isPresent() ? ", " + Bytes.text(available.getAsLong()) + " are available" : "";
            String group = limit.isPresent() ? ", the limit of its group is " + Bytes.text(limit.getAsLong()) : "";
            findings.add(Finding.ok(SUBJECT, takes + has + group));
        }
        return findings;
    }

    /** Of this process's group or of one above it; empty where there is none. Versions 2 and 1 of the kernel's groups. */
    private OptionalLong cgroupLimit() {
        long least = Long.MAX_VALUE;
        for (String line : system.lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                least = Math.min(least, leastUpwards("sys/fs/cgroup", parts[2], "memory.max"));
            } else if (parts.length == 3 && parts[1].equals("memory")) {
                least = Math.min(least, leastUpwards("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"));
            }
        }
        // Version 1 says "none" by a number that no machine has.
        return least < Long.MAX_VALUE >> 1 ? OptionalLong.of(least) : OptionalLong.empty();
    }

    private long leastUpwards(String mount, String group, String file) {
        long least = Long.MAX_VALUE;
        String path = group.equals("/") ? "" : group;
        while (true) {
            least = Math.min(least, system.number(mount + path + "/" + file).orElse(Long.MAX_VALUE));
            if (path.isEmpty()) {
                return least;
            }
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
    }
}

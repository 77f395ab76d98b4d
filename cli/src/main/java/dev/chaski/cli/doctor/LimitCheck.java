package dev.chaski.cli.doctor;

import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Limits of the operating system: open files, and maps. */
final class LimitCheck {
    private static final String SUBJECT = "limits";
    /** Below this a few hundred clients and topics are too many. */
    private static final long FILES_LEAST = 1024;
    /** For 10,000 connections and some thousand busy topics. */
    private static final long FILES_GOOD = 16_384;
    /** The kernel's own default. */
    private static final long MAPS_GOOD = 65_530;

    private final SystemFiles system;
    private final Options options;

    LimitCheck(SystemFiles system, Options options) {
        this.system = system;
        this.options = options;
    }

    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        OptionalLong files = openFiles();
        if (files.isPresent()) {
            findings.add(files(files.getAsLong()));
        }
        OptionalLong maps = system.number("proc/sys/vm/max_map_count");
        if (maps.isPresent()) {
            long count = maps.getAsLong();
            findings.add(
                    count < MAPS_GOOD
                            ? Finding.warn(
                                    SUBJECT,
                                    count + " maps",
                                    "busy topics map their segments: sysctl -w vm.max_map_count=" + 4 * MAPS_GOOD)
                            : Finding.ok(SUBJECT, count + " maps"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(SUBJECT, "this system does not tell its limits in files"));
        }
        return findings;
    }

    /** Java raises the soft limit to the hard one at its start. */
    private OptionalLong openFiles() {
        for (String line : system.lines("proc/self/limits")) {
            if (line.startsWith("Max open files")) {
                String[] words =
                        line.substring("Max open files".length()).strip().split("\\s+", -1);
                boolean isUnlimited = words.length > 1 && words[1].equals("unlimited");
                return OptionalLong.of(isUnlimited ? Long.MAX_VALUE : Long.parseLong(words[words.length > 1 ? 1 : 0]));
            }
        }
        return OptionalLong.empty();
    }

    private Finding files(long files) {
        String text = (files == Long.MAX_VALUE ? "any number of" : files + "") + " open files";
        String advice =
                "each connection takes one, each busy topic some: ulimit -n 65536, or LimitNOFILE=65536 in a unit"
                        + " of systemd";
        if (files < FILES_LEAST) {
            return Finding.fail(SUBJECT, text, advice);
        }
        if (files < FILES_GOOD) {
            return Finding.warn(SUBJECT, text, advice);
        }
        int connections = options.get(OptionTable.MAX_CONNECTIONS);
        boolean isChosen = options.source(OptionTable.MAX_CONNECTIONS) != Options.Source.DEFAULT;
        return isChosen && files < connections
                ? Finding.warn(SUBJECT, text + " for --max-connections=" + connections, advice)
                : Finding.ok(SUBJECT, text);
    }
}

package dev.chaski.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A unit file of systemd, as far as a test needs one. Immutable. */
final class SystemdUnit {
    private final Map<String, List<String>> settings = new LinkedHashMap<>();

    private SystemdUnit() {}

    /** Reads what a unit says in its section [Service]. */
    static SystemdUnit parse(String text) {
        SystemdUnit unit = new SystemdUnit();
        String section = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("[")) {
                section = line;
            } else if (section.equals("[Service]") && !line.startsWith("#") && line.indexOf('=') > 0) {
                int equals = line.indexOf('=');
                unit.settings
                        .computeIfAbsent(line.substring(0, equals), name -> new ArrayList<>())
                        .add(line.substring(equals + 1));
            }
        }
        return unit;
    }

    /** The one value of a setting. */
    String get(String name) {
        List<String> values = settings.getOrDefault(name, List.of());
        if (values.size() != 1) {
            throw new AssertionError(name + " is there " + values.size() + " times");
        }
        return values.getFirst();
    }

    Duration seconds(String name) {
        return Duration.ofSeconds(Long.parseLong(get(name)));
    }

    List<String> execStart() {
        return List.of(get("ExecStart").split(" ", -1));
    }

    /** Whether systemd takes such an end for a good one, after it was told to stop. */
    boolean isSuccess(int exitCode) {
        return exitCode == 0 || List.of(get("SuccessExitStatus").split(" ", -1)).contains(Integer.toString(exitCode));
    }

    /**
     * Words that start the service as systemd would: as its user, with its environment, folder and mask, without
     * capabilities, and with as many files as it may have. The rest of the hardening needs systemd itself.
     */
    List<String> startCommand() {
        String user = get("User");
        String script = "set -a; . " + get("EnvironmentFile").substring(1) + "; set +a; umask " + get("UMask") + "; cd "
                + get("WorkingDirectory") + "; ulimit -n " + get("LimitNOFILE")
                + " 2>/dev/null || ulimit -n $(ulimit -H -n); exec " + get("ExecStart");
        return List.of(
                "setpriv",
                "--reuid=" + user,
                "--regid=" + get("Group"),
                "--init-groups",
                "--no-new-privs",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/var/lib/chaski",
                "USER=" + user,
                get("Environment"),
                "sh",
                "-ec",
                script);
    }
}

package dev.chaski.cli.doctor;

import java.lang.management.ManagementFactory;
import java.util.List;

/** The Java that runs this, and with the same launcher the broker. */
final class JavaCheck {
    private static final String SUBJECT = "Java";
    private static final int FEATURE_MIN = 25;

    private JavaCheck() {}

    static List<Finding> look() {
        Runtime.Version version = Runtime.version();
        String text = "Java " + version + " of " + System.getProperty("java.vendor", "?") + ", flags: "
                + String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (version.feature() < FEATURE_MIN) {
            return List.of(Finding.fail(SUBJECT, text, "install a JDK " + FEATURE_MIN + " or newer"));
        }
        if (version.pre().isPresent()) {
            return List.of(Finding.warn(SUBJECT, text, "this is an early build: take a released one"));
        }
        if (!System.getProperty("os.arch", "").contains("64")) {
            return List.of(Finding.fail(SUBJECT, text, "segments are mapped into memory: take a 64-bit Java"));
        }
        return List.of(Finding.ok(SUBJECT, text));
    }
}

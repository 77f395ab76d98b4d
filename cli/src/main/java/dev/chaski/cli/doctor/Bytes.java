package dev.chaski.cli.doctor;

import java.util.Locale;

/** Sizes and times as people read them. */
final class Bytes {
    private static final double STEP = 1024;

    private Bytes() {}

    static String text(long count) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = count;
        int unit = 0;
        while (value >= STEP && unit < units.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    static String ms(long ns) {
        return String.format(Locale.ROOT, ns < 10_000_000 ? "%.2f ms" : "%.0f ms", ns / 1e6);
    }
}
